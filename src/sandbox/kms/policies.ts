import type { GetKeyPolicyRequest, GetKeyPolicyResponse, PutKeyPolicyRequest } from '@aws-sdk/client-kms'
import { ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import type { KeyRecord } from '../world/records.ts'
import { checkPolicy, defaultPolicy } from './key-policy.ts'
import { resolveKey } from './resolve-key.ts'

const POLICY_NAME = 'default'

/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html */
const getPolicy: Handler<GetKeyPolicyRequest, GetKeyPolicyResponse> = (input, call) => {
  const { policy, ownerId } = findByIdOrArn(input.KeyId, input.PolicyName, call)
  return { Policy: policy ?? defaultPolicy(ownerId), PolicyName: POLICY_NAME }
}

/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html */
const putPolicy: Handler<PutKeyPolicyRequest, undefined> = (input, call) => {
  const record = findByIdOrArn(input.KeyId, input.PolicyName, call)
  const { Policy: policy = '' } = input
  checkPolicy(policy)
  record.policy = policy
  return undefined
}

/** A key's only policy is called `default`, and is not found by an alias. */
function findByIdOrArn(id = '', policyName: string | undefined, { region, account }: Call): KeyRecord {
  if (policyName !== undefined && policyName !== POLICY_NAME) {
    throw new ServiceError('NotFoundException', `No such policy exists`)
  }
  if (/^(arn:[^/]*:)?alias\//.test(id)) throw new ServiceError('NotFoundException', `Invalid keyId '${id}'`)
  const record = resolveKey(region, account, id)
  if (record.ownerId === account) return record
  throw new ServiceError('AccessDeniedException', `The account ${account} does not own ${record.key.Arn}`)
}

export const policyHandlers = { GetKeyPolicy: getPolicy, PutKeyPolicy: putPolicy } satisfies Handlers
