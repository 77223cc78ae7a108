import type { GetKeyPolicyRequest, GetKeyPolicyResponse, PutKeyPolicyRequest } from '@aws-sdk/client-kms'
import { ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import type { KeyRecord } from '../world/records.ts'
import { checkPolicy, defaultPolicy, managedPolicy } from './key-policy.ts'
import { resolveByIdOrArn } from './resolve-key.ts'

const POLICY_NAME = 'default'

/**
 * Answers the policy of a key of the caller's own; the default one where none was put.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
 */
const getPolicy: Handler<GetKeyPolicyRequest, GetKeyPolicyResponse> = (input, call) => {
  const { policy, ownerId, key } = findOwn(input.KeyId, input.PolicyName, call, 'kms:GetKeyPolicy')
  const unchanged = key.KeyManager === 'AWS' ? managedPolicy(ownerId, call.region.name) : defaultPolicy(ownerId)
  return { Policy: policy ?? unchanged, PolicyName: POLICY_NAME }
}

/**
 * Puts the policy that decides which accounts may do what with the key, its own included.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
 */
const putPolicy: Handler<PutKeyPolicyRequest, undefined> = (input, call) => {
  const record = findOwn(input.KeyId, input.PolicyName, call, 'kms:PutKeyPolicy')
  if (record.key.KeyManager === 'AWS') {
    throw new ServiceError('AccessDeniedException', `The policy of ${record.key.Arn} is managed by AWS`)
  }
  checkPolicy(input, call.account)
  record.policy = input.Policy ?? ''
  return undefined
}

/** A key's only policy is called `default`, and only its own account reads and writes it. */
function findOwn(id = '', policyName: string | undefined, { region, account }: Call, action: string): KeyRecord {
  if (policyName !== undefined && policyName !== POLICY_NAME) {
    throw new ServiceError('NotFoundException', `No such policy exists`)
  }
  const record = resolveByIdOrArn(region, account, id, action)
  if (record.ownerId === account) return record
  throw new ServiceError('AccessDeniedException', `The account ${account} does not own ${record.key.Arn}`)
}

export const policyHandlers = { GetKeyPolicy: getPolicy, PutKeyPolicy: putPolicy } satisfies Handlers
