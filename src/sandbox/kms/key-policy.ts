import { ServiceError } from '../errors.ts'
import { compileWildcards } from '../world/wildcards.ts'
import { conditionHolds } from './policy-condition.ts'

interface Statement {
  readonly Effect?: unknown
  readonly Principal?: unknown
  readonly Action?: unknown
  readonly Condition?: unknown
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

/**
 * The policy of the key with which EBS encrypts by default. Nobody can change it.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html
 */
export const managedPolicy = (account: string, region: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: 'auto-ebs-2',
    Statement: [
      {
        Sid: 'Allow access through EBS for all principals in the account that are authorized to use EBS',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey*',
          'kms:CreateGrant',
          'kms:DescribeKey'
        ],
        Resource: '*',
        Condition: { StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': `ec2.${region}.amazonaws.com` } }
      },
      {
        Sid: 'Allow direct access to key metadata to the account',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
        Resource: '*'
      }
    ]
  })

interface Put {
  readonly Policy?: string | undefined
  readonly BypassPolicyLockoutSafetyCheck?: boolean | undefined
}

/**
 * Refuses what is not a policy document, and one after which its account could not change the policy any more.
 * Errors: MalformedPolicyDocumentException.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#prevent-unmanageable-key
 */
export function checkPolicy(
  { Policy: policy = '', BypassPolicyLockoutSafetyCheck: isSure }: Put,
  account: string
): void {
  const code = 'MalformedPolicyDocumentException'
  if (statementsOf(policy).length === 0) {
    throw new ServiceError(code, 'The new key policy is not a JSON policy with statements.')
  }
  if (isSure || decide(policy, account, 'kms:PutKeyPolicy') === 'Allow') return
  throw new ServiceError(code, 'The new key policy will not allow you to update the key policy in the future.')
}

/**
 * What a key policy says of an action, such as `kms:Decrypt`, by an account: a principal of that account is taken for
 * the whole of it. Undefined where it says nothing.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
 */
export function decide(policy: string, account: string, action: string): 'Allow' | 'Deny' | undefined {
  const own = new RegExp(`^(\\*|${account}|arn:aws:(iam|sts)::${account}:.+)$`)
  const concerned = statementsOf(policy).filter(
    statement => principalsOf(statement.Principal).some(principal => own.test(principal)) && names(statement, action)
  )
  const met = (effect: string) =>
    concerned.filter(({ Effect }) => Effect === effect).map(({ Condition }) => conditionHolds(Condition, account))
  // A condition that the sandbox cannot judge neither takes away what is allowed nor denies anything.
  if (met('Deny').includes(true)) return 'Deny'
  return met('Allow').some(holds => holds !== false) ? 'Allow' : undefined
}

/** The names of actions are not case-sensitive. */
function names({ Action: actions }: Statement, action: string): boolean {
  return texts(actions).some(pattern => compileWildcards(pattern.toLowerCase())(action.toLowerCase()))
}

function statementsOf(policy: string): Statement[] {
  try {
    const { Statement: statements } = JSON.parse(policy) as { Statement?: Statement | Statement[] }
    const list = statements === undefined ? [] : [statements].flat()
    return list.filter(statement => typeof statement === 'object' && statement !== null)
  } catch {
    return []
  }
}

function principalsOf(principal: unknown): string[] {
  if (typeof principal === 'string') return [principal]
  return texts(typeof principal === 'object' && principal !== null && 'AWS' in principal ? principal.AWS : [])
}

const texts = (value: unknown): string[] => [value].flat().filter(text => typeof text === 'string')
