import { ServiceError } from '../errors.ts'
import {
  ACTIONS,
  COMMON,
  CONCERNED,
  type FaultAction,
  type FaultRule,
  FIELDS,
  type Field,
  NEEDED
} from './fault-rules.ts'

/**
 * Reads the body of `POST /_sandbox/faults`: one rule or a list of them.
 * Errors: a ServiceError that names the field which is unknown or has no meaning.
 */
export function readFaultRules(value: unknown): FaultRule[] {
  return [value].flat().map(readRule)
}

function readRule(rule: unknown): FaultRule {
  if (typeof rule !== 'object' || rule === null) throw refuse('a rule that is no object')
  const { action, ...fields } = rule as { action?: unknown }
  if (action === undefined) throw refuse('a rule without action')
  if (!isAction(action)) {
    throw refuse(`action: ${brief(action)}; there are ${Object.keys(ACTIONS).join(', ')}`)
  }
  const taken: readonly string[] = [...COMMON, ...ACTIONS[action]]
  for (const [name, given] of Object.entries(fields)) {
    if (!taken.includes(name) || !FIELDS[name as Field](given)) {
      throw refuse(`${name.slice(0, 40)}: ${brief(given)}; ${action} takes ${taken.join(', ')}`)
    }
  }
  const needed = NEEDED[action]
  if (needed && !needed.some(name => name in fields)) throw refuse(`${action} without ${needed.join(' or ')}`)
  const read: FaultRule = { ...fields, action }
  refuseUnmeetable(read)
  return read
}

/** Such a rule would never meet a call, and a test with it would prove nothing. */
function refuseUnmeetable({ action, operation }: FaultRule): void {
  const concerned = CONCERNED[action]
  if (operation === undefined || !concerned || concerned.test(operation)) return
  throw refuse(`${action} of ${brief(operation)}, which it means nothing to`)
}

const isAction = (action: unknown): action is FaultAction =>
  typeof action === 'string' && Object.hasOwn(ACTIONS, action)

const brief = (value: unknown): string => JSON.stringify(value)?.slice(0, 40) ?? 'undefined'

const refuse = (what: string): ServiceError =>
  new ServiceError('Fault', `Expected a rule such as {"operation":"RunInstances","action":"error"}, not ${what}`)
