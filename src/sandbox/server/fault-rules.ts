import { ServiceError } from '../errors.ts'
import type { FaultRule } from './faults.ts'

const isText = (value: unknown): boolean => typeof value === 'string'
const isOneOf =
  (...words: string[]) =>
  (value: unknown): boolean =>
    words.some(word => word === value)
const isWhole =
  (min: number, max: number) =>
  (value: unknown): boolean =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max

const FIELDS: Readonly<Record<keyof FaultRule, (value: unknown) => boolean>> = {
  account: isText,
  region: isText,
  service: isText,
  operation: isText,
  skip: isWhole(0, Number.MAX_SAFE_INTEGER),
  count: isWhole(1, Number.MAX_SAFE_INTEGER),
  action: isOneOf('error', 'drop', 'hold'),
  when: isOneOf('before', 'after'),
  code: isText,
  message: isText,
  status: isWhole(400, 599)
}

/**
 * Reads the body of `POST /_sandbox/faults`: one rule or a list of them.
 * Errors: a ServiceError that names the field which is unknown or has no meaning.
 */
export function readFaultRules(value: unknown): FaultRule[] {
  return [value].flat().map(rule => {
    if (typeof rule !== 'object' || rule === null) throw refuse('a rule that is no object')
    for (const [name, given] of Object.entries(rule)) {
      const fits = Object.hasOwn(FIELDS, name) ? FIELDS[name as keyof FaultRule] : undefined
      if (!fits?.(given)) throw refuse(`${name.slice(0, 40)}: ${JSON.stringify(given)?.slice(0, 40)}`)
    }
    if (!('action' in rule)) throw refuse('a rule without action')
    return rule as FaultRule
  })
}

const refuse = (what: string): ServiceError =>
  new ServiceError('Fault', `Expected a rule such as {"operation":"RunInstances","action":"error"}, not ${what}`)
