import type { MultiRegionConfiguration, ReplicateKeyRequest, ReplicateKeyResponse } from '@aws-sdk/client-kms'
import { ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import type { KeyRecord } from '../world/records.ts'
import { isRegion } from '../world/regions.ts'
import type { Transition } from '../world/transition.ts'
import { checkPolicy, defaultPolicy } from './key-policy.ts'
import { makeKey } from './make-key.ts'
import { resolveByIdOrArn } from './resolve-key.ts'

/**
 * Makes a multi-region key in another region, too: by the same id, with a policy, tags and state of its own.
 *
 * @lacks UpdatePrimaryRegion
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html
 */
const replicateKey: Handler<ReplicateKeyRequest, ReplicateKeyResponse> = (input, call) => {
  const primary = findPrimary(input.KeyId, call)
  const { account, world, now } = call
  const region = readRegion(input.ReplicaRegion, primary, call)
  if (input.Policy !== undefined) checkPolicy(input, account)
  const replica = makeKey(region, account, primary.key.KeyId, now)
  const { Arn } = replica.key
  const configuration = addReplica(primary, { Arn, Region: region.name })
  Object.assign(replica.key, {
    Description: input.Description ?? '',
    KeyState: 'Creating' as const,
    Enabled: false,
    MultiRegion: true,
    MultiRegionConfiguration: { ...configuration, MultiRegionKeyType: 'REPLICA' as const }
  })
  if (input.Policy !== undefined) replica.policy = input.Policy
  for (const { TagKey = '', TagValue = '' } of input.Tags ?? []) replica.tags.set(TagKey, TagValue)
  world.after('replicaKey', enablingReplica, { region: region.name, keyId: replica.key.KeyId })
  const ReplicaTags = [...replica.tags].map(([TagKey, TagValue]) => ({ TagKey, TagValue }))
  return { ReplicaKeyMetadata: replica.key, ReplicaPolicy: replica.policy ?? defaultPolicy(account), ReplicaTags }
}

function findPrimary(id: string | undefined, { region, account, principal }: Call): KeyRecord {
  const record = resolveByIdOrArn(region, account, id ?? '')
  const { Arn: arn, KeyState: state, MultiRegionConfiguration: configuration } = record.key
  if (record.ownerId !== account) {
    throw new ServiceError('AccessDeniedException', `User: ${principal} is not authorized to replicate ${arn}`)
  }
  if (configuration?.MultiRegionKeyType !== 'PRIMARY') {
    throw new ServiceError('UnsupportedOperationException', `${arn} is not a multi-Region primary key.`)
  }
  if (state !== 'Enabled') throw new ServiceError('KMSInvalidStateException', `${arn} is not enabled.`)
  return record
}

function readRegion(name: string | undefined, { key }: KeyRecord, { world, account }: Call) {
  if (!name || !isRegion(name)) {
    throw new ServiceError('ValidationException', `'${String(name).slice(0, 40)}' is not a Region of this partition`)
  }
  const region = world.region(name, account)
  if (!region.keys.has(key.KeyId)) return region
  throw new ServiceError('AlreadyExistsException', `${key.KeyId} already exists in ${name}.`)
}

/** All related keys answer the same list: it is one object. */
function addReplica({ key }: KeyRecord, replica: { Arn: string; Region: string }): MultiRegionConfiguration {
  const configuration = key.MultiRegionConfiguration ?? {}
  configuration.ReplicaKeys?.push(replica)
  return configuration
}

const enablingReplica: Transition<{ region: string; keyId: string }> = {
  name: 'enable a replica key',
  act: (world, { region, keyId }) => {
    const { key } = world.usedRegion(region)?.keys.get(keyId) ?? {}
    if (key?.KeyState === 'Creating') Object.assign(key, { KeyState: 'Enabled', Enabled: true })
  }
}

export const replicaHandlers = { ReplicateKey: replicateKey } satisfies Handlers

export const replicaTransitions = [enablingReplica]
