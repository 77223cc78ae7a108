import { compileWildcards } from '../world/wildcards.ts'

const ACCOUNT_KEYS = ['kms:calleraccount', 'aws:principalaccount']

/**
 * Whether the condition of a statement holds for a caller of this account; undefined where it depends on anything but
 * the caller's account, which the sandbox does not judge.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account
 */
export function conditionHolds(condition: unknown, account: string): boolean | undefined {
  const tests = entriesOf(condition).flatMap(([operator, keys]) =>
    entriesOf(keys).map(([key, values]) => testHolds(operator, key, values, account))
  )
  if (tests.includes(false)) return false
  return tests.includes(undefined) ? undefined : true
}

function testHolds(operator: string, key: string, values: unknown, account: string): boolean | undefined {
  if (!ACCOUNT_KEYS.includes(key.toLowerCase())) return undefined
  const patterns = [values].flat().filter(value => typeof value === 'string')
  if (operator === 'StringEquals') return patterns.includes(account)
  if (operator === 'StringNotEquals') return !patterns.includes(account)
  if (operator === 'StringLike') return patterns.some(pattern => compileWildcards(pattern)(account))
  return undefined
}

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : []
