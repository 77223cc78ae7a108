import { ServiceError } from '../errors.ts'
import type { KeyRecord } from '../world/records.ts'

interface Statement {
  readonly Effect?: unknown
  readonly Principal?: unknown
}

/**
 * The policy of a key that was made without one: the whole account may use it.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export const defaultPolicy = (account: string): string =>
  JSON.stringify(
    {
      Version: '2012-10-17',
      Id: 'key-default-1',
      Statement: [
        {
          Sid: 'Enable IAM User Permissions',
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${account}:root` },
          Action: 'kms:*',
          Resource: '*'
        }
      ]
    },
    undefined,
    2
  )

/** Refuses what is not a policy document. Errors: MalformedPolicyDocumentException. */
export function checkPolicy(policy: string): void {
  const statements = statementsOf(policy)
  if (statements.length > 0) return
  throw new ServiceError('MalformedPolicyDocumentException', 'The new key policy is not a JSON policy with statements.')
}

/** Whether a key's policy allows another account anything: the sandbox looks at principals only, not at actions. */
export function policyNames({ policy }: KeyRecord, account: string): boolean {
  const own = new RegExp(`^(\\*|${account}|arn:aws:iam::${account}:.+)$`)
  return statementsOf(policy ?? '').some(
    ({ Effect, Principal }) => Effect === 'Allow' && principalsOf(Principal).some(principal => own.test(principal))
  )
}

function statementsOf(policy: string): Statement[] {
  try {
    const { Statement: statements } = JSON.parse(policy) as { Statement?: Statement | Statement[] }
    return statements === undefined ? [] : [statements].flat()
  } catch {
    return []
  }
}

function principalsOf(principal: unknown): string[] {
  if (typeof principal === 'string') return [principal]
  const aws = typeof principal === 'object' && principal !== null && 'AWS' in principal ? principal.AWS : []
  return [aws].flat().filter(name => typeof name === 'string')
}
