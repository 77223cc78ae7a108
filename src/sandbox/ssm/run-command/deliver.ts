import type { CommandRecord, InvocationRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'
import type { Transition } from '../../world/transition.ts'
import type { World } from '../../world/world.ts'
import type { ManagedNode } from '../managed-nodes.ts'
import { findDocument, readScript } from './documents.ts'
import { execute } from './execute.ts'
import { finish, isFinished } from './invocation.ts'

/** A command on an instance, as a transition names it. */
interface InvocationName {
  readonly region: string
  readonly commandId: string
  readonly instanceId: string
}

interface Invocation {
  readonly region: Region
  readonly command: CommandRecord['command']
  readonly record: InvocationRecord
  readonly node: ManagedNode
}

/** Gives an accepted command to the agent of its instance. Whoever advances the clock does not wait for a script. */
export const delivering: Transition<InvocationName> = {
  name: 'deliver a command',
  act: (world, name) => {
    const invocation = find(world, name)
    if (invocation && !isFinished(invocation.record)) void deliver(world, name, invocation).catch(report)
  }
}

async function deliver(world: World, name: InvocationName, { command, ...invocation }: Invocation): Promise<void> {
  const { TimeoutSeconds: deliverySeconds = 0, DocumentName = '', Parameters = {} } = command
  const script = readScript(Parameters)
  const key = `${name.commandId}/${name.instanceId}`
  const cancel = new AbortController()
  world.scripts.set(key, cancel)
  const job = { world, ...invocation, commandId: name.commandId, document: findDocument(DocumentName), script }
  const ended = await execute({ ...job, signal: cancel.signal }).finally(() => world.scripts.delete(key))
  if (ended) return
  const waitSeconds = invocation.record.isCancelled ? 0 : deliverySeconds + script.timeoutSeconds
  world.schedule.after(waitSeconds * 1000, givingUp, name)
}

/** Nothing comes from the instance any more: SSM gives up once delivery and execution have had their time. */
const givingUp: Transition<InvocationName> = {
  name: 'give up a command',
  act: (world, name) => {
    const { record } = find(world, name) ?? {}
    if (!record) return
    const timedOut = { status: 'TimedOut', details: 'ExecutionTimedOut', exitCode: -1 } as const
    finish(record, world.clock.now(), record.isCancelled ? { status: 'Cancelled', exitCode: -1 } : timedOut)
  }
}

function find(world: World, { region: regionName, commandId, instanceId }: InvocationName): Invocation | undefined {
  const region = world.usedRegion(regionName)
  const { command, invocations } = region?.commands.get(commandId) ?? {}
  const record = invocations?.get(instanceId)
  const node = region?.instances.get(instanceId)
  // Its agent answered when the command was accepted.
  return region && command && record && node && { region, command, record, node: node as ManagedNode }
}

function report(error: unknown): void {
  process.stderr.write(`sandbox: a command failed: ${error instanceof Error ? error.stack : error}\n`)
}

export const commandTransitions = [delivering, givingUp]
