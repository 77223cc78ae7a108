import type { KeyRecord } from '../world/records.ts'
import { decide } from './key-policy.ts'

/**
 * Whether an account may do all of these actions with a key: as far as the key policy or a grant says so, unless the
 * policy denies it. That holds for the key's own account, too. What IAM policies say of it is not looked at here.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
 */
export function mayUse(key: KeyRecord, account: string, actions: readonly string[]): boolean {
  const { policy } = key
  if (policy === undefined && key.ownerId === account) return true
  return actions.every(action => {
    const decision = decide(policy ?? '', account, action)
    return decision === 'Allow' || (decision === undefined && isGranted(key, account, action))
  })
}

function isGranted({ grants }: KeyRecord, account: string, action: string): boolean {
  const operation = action.replace(/^kms:/, '')
  return [...(grants?.values() ?? [])].some(
    ({ grant }) => accountOf(grant.GranteePrincipal) === account && grant.Operations?.some(each => each === operation)
  )
}

/** The account of a principal's ARN. */
export const accountOf = (arn: string | undefined): string | undefined =>
  /^arn:aws:(?:iam|sts)::(\d{12}):/.exec(arn ?? '')?.[1]
