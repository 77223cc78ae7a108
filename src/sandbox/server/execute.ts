import { ServiceError } from '../errors.ts'
import type { Call, Handler } from '../handler.ts'
import { authorise, type Rights } from '../policies/authorise.ts'
import type { Operation } from '../wire/operations.ts'
import { atPace } from '../world/pace.ts'
import { letFail, letFailForKeys } from './failing.ts'
import type { Fate } from './faults.ts'
import { interruptLaunched } from './interrupting.ts'
import type { Protocol } from './route.ts'
import type { Sandbox } from './sandbox.ts'

/** A request whose caller, operation and parameters are known. */
export interface IdentifiedCall {
  readonly operation: Operation
  readonly input: object
  readonly call: Call
  readonly protocol: Protocol
  /** Aborted once the client has given up. */
  readonly gone: AbortSignal
}

/**
 * Performs a call: throttled, authorised, met by faults before its effect, handled, met by faults after it.
 * Errors: the ServiceErrors of each step; DroppedAnswer of a fault.
 */
export async function execute(sandbox: Sandbox, request: IdentifiedCall): Promise<object | undefined> {
  const { operation, input, call, protocol, gone } = request
  const { service, name } = operation
  const subject = { account: call.account, region: call.region.name, service, operation: name, protocol, input }
  if (service === 'ec2') sandbox.throttling.take(subject)
  const rights = authorise(sandbox.policies, operation, input, call)
  const fate = await sandbox.faults.meet(subject, 'before', gone)
  const value = await handle(sandbox, request, fate, rights)
  await sandbox.faults.meet(subject, 'after', gone)
  return value
}

const isRead = ({ name }: Operation): boolean => /^(Describe|Get|List)/.test(name)

async function handle(
  sandbox: Sandbox,
  { operation, input, call }: IdentifiedCall,
  fate: Fate,
  rights: Rights | undefined
): Promise<object | undefined> {
  const { service, name } = operation
  const found = sandbox.handlers[service][name]
  if (!found) throw new ServiceError('UnsupportedOperation', `The sandbox does not model ${service}:${name} yet`)
  const handler = found as Handler<object, object | undefined>
  const ownCall = rights ? { ...call, mayOn: rights.mayOn } : call
  if (isRead(operation)) return handler(input, asOfThen(sandbox, ownCall, fate))
  return change(sandbox, async () => {
    const value = await atPace(fate.pace, async () => handler(input, ownCall))
    // Before anything else happens: what the call has started may come to its end at once.
    if (rights) letFailForKeys(value, rights, call)
    if (fate.failure) letFail(value, fate.failure, call)
    if (fate.interruptSeconds !== undefined) interruptLaunched(value, fate.interruptSeconds, call)
    return value
  })
}

/** The call with its region as it was some time ago, if its fate is to read the past. */
function asOfThen({ history }: Sandbox, call: Call, { staleSeconds = 0 }: Fate): Call {
  const region = staleSeconds > 0 ? history.regionAt(call.region.name, staleSeconds, call.account) : undefined
  return region ? { ...call, region } : call
}

/** Also a request that fails may have had a part of its effect. */
async function change<T>({ history, state }: Sandbox, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } finally {
    history.note()
    await state?.keep()
  }
}
