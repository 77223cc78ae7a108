import { randomBytes, randomUUID } from 'node:crypto'
import type { CreateKeyRequest, CreateKeyResponse, KeyMetadata } from '@aws-sdk/client-kms'
import { ServiceError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { checkPolicy } from './key-policy.ts'
import { makeKey } from './make-key.ts'

/** What a key of each form is for by default. */
const USAGES = { RSA: 'SIGN_VERIFY', ECC: 'SIGN_VERIFY', HMAC: 'GENERATE_VERIFY_MAC' } as const

/**
 * Makes a key: symmetric and enabled unless asked otherwise. One of imported material waits for it; one of several
 * regions has an id that starts with `mrk-`.
 *
 * @lacks key stores, importing of key material, cryptography
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
 */
export const createKey: Handler<CreateKeyRequest, CreateKeyResponse> = (input, { region, account, now }) => {
  const form = readForm(input)
  if (input.Policy !== undefined) checkPolicy(input, account)
  const id = input.MultiRegion ? `mrk-${randomBytes(16).toString('hex')}` : randomUUID()
  const record = makeKey(region, account, id, now)
  const { Arn } = record.key
  Object.assign(record.key, { Description: input.Description ?? '', ...form })
  if (input.MultiRegion) {
    const PrimaryKey = { Arn, Region: region.name }
    const MultiRegionConfiguration = { MultiRegionKeyType: 'PRIMARY' as const, PrimaryKey, ReplicaKeys: [] }
    Object.assign(record.key, { MultiRegion: true, MultiRegionConfiguration })
  }
  if (input.Policy !== undefined) record.policy = input.Policy
  for (const { TagKey = '', TagValue = '' } of input.Tags ?? []) record.tags.set(TagKey, TagValue)
  return { KeyMetadata: record.key }
}

/** The metadata in which such a key differs from a symmetric one whose material KMS makes. */
function readForm(input: CreateKeyRequest): Partial<KeyMetadata> {
  const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT'
  const kind = /^(RSA|ECC|HMAC)_/.exec(spec)?.[1] as keyof typeof USAGES | undefined
  if (!kind && spec !== 'SYMMETRIC_DEFAULT') {
    throw new ServiceError('UnsupportedOperationException', `The sandbox has no keys of the spec ${spec.slice(0, 60)}`)
  }
  const { Origin = 'AWS_KMS' } = input
  if (Origin !== 'AWS_KMS' && Origin !== 'EXTERNAL') {
    throw new ServiceError('UnsupportedOperationException', `The sandbox has no keys of the origin ${Origin}`)
  }
  return {
    ...(kind && {
      KeySpec: spec,
      CustomerMasterKeySpec: spec as NonNullable<KeyMetadata['CustomerMasterKeySpec']>,
      KeyUsage: input.KeyUsage ?? USAGES[kind],
      EncryptionAlgorithms: undefined
    }),
    ...(Origin === 'EXTERNAL' && { Origin, KeyState: 'PendingImport' as const, Enabled: false })
  }
}
