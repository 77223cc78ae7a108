import type {
  CancelKeyDeletionRequest,
  CancelKeyDeletionResponse,
  DescribeKeyRequest,
  DescribeKeyResponse,
  DisableKeyRequest,
  EnableKeyRequest,
  ListKeysRequest,
  ListKeysResponse,
  ScheduleKeyDeletionRequest,
  ScheduleKeyDeletionResponse
} from '@aws-sdk/client-kms'
import { ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import type { KeyRecord } from '../world/records.ts'
import type { Transition } from '../world/transition.ts'
import { createKey } from './create-key.ts'
import { page } from './pages.ts'
import { replicaTransitions } from './replicate.ts'
import { resolveKey } from './resolve-key.ts'

const DAY_MS = 86_400_000

/**
 * Describes a key by its id, its alias, or the ARN of either. A key of another region is not found.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
 */
const describeKey: Handler<DescribeKeyRequest, DescribeKeyResponse> = (input, { region, account }) => ({
  KeyMetadata: resolveKey(region, account, input.KeyId ?? '').key
})

/**
 * Lists the keys of the account in the region, page by page.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html
 */
const listKeys: Handler<ListKeysRequest, ListKeysResponse> = (input, { region, account }) => {
  const own = [...region.keys.values()].filter(({ ownerId }) => ownerId === account)
  const { page: keys, ...rest } = page(own, input)
  return { Keys: keys.map(({ key }) => ({ KeyId: key.KeyId, KeyArn: key.Arn })), ...rest }
}

/**
 * Takes a key out of use: what needs it fails from now on.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html
 */
const disableKey: Handler<DisableKeyRequest, undefined> = (input, call) => setState(input, call, 'Disabled')

/**
 * Brings a disabled key back into use.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html
 */
const enableKey: Handler<EnableKeyRequest, undefined> = (input, call) => setState(input, call, 'Enabled')

function setState({ KeyId }: { KeyId: string | undefined }, call: Call, KeyState: 'Enabled' | 'Disabled'): undefined {
  const record = findOwnKey(KeyId, call)
  refusePending(record)
  Object.assign(record.key, { KeyState, Enabled: KeyState === 'Enabled' })
}

/**
 * Schedules the deletion of a key: it is of no use while it waits, and gone once the waiting period has passed.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
 */
const scheduleDeletion: Handler<ScheduleKeyDeletionRequest, ScheduleKeyDeletionResponse> = (input, call) => {
  const { PendingWindowInDays = 30 } = input
  if (!Number.isInteger(PendingWindowInDays) || PendingWindowInDays < 7 || PendingWindowInDays > 30) {
    const sentence = `Value '${PendingWindowInDays}' at 'pendingWindowInDays' must be between 7 and 30`
    throw new ServiceError('ValidationException', sentence)
  }
  const record = findOwnKey(input.KeyId, call)
  refusePending(record)
  const { world, region, now } = call
  const DeletionDate = new Date(now.getTime() + PendingWindowInDays * DAY_MS)
  Object.assign(record.key, { KeyState: 'PendingDeletion', Enabled: false, DeletionDate })
  world.schedule.after(PendingWindowInDays * DAY_MS, deletingKey, {
    region: region.name,
    keyId: record.key.KeyId,
    DeletionDate
  })
  return { KeyId: record.key.Arn, DeletionDate, KeyState: 'PendingDeletion', PendingWindowInDays }
}

const deletingKey: Transition<{ region: string; keyId: string; DeletionDate: Date }> = {
  name: 'delete a key',
  act: (world, { region: name, keyId, DeletionDate }) => {
    const region = world.usedRegion(name)
    const record = region?.keys.get(keyId)
    if (region && record?.key.DeletionDate?.getTime() === DeletionDate.getTime()) deleteKey(region, record)
  }
}

function deleteKey(region: Call['region'], { key }: KeyRecord): void {
  region.keys.delete(key.KeyId)
  for (const [name, { alias }] of region.aliases) if (alias.TargetKeyId === key.KeyId) region.aliases.delete(name)
}

/**
 * Takes back a deletion that is scheduled. The key is disabled afterwards.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html
 */
const cancelDeletion: Handler<CancelKeyDeletionRequest, CancelKeyDeletionResponse> = (input, call) => {
  const { key } = findOwnKey(input.KeyId, call)
  if (key.KeyState !== 'PendingDeletion') throw invalidState(`${key.Arn} is not pending deletion.`)
  Object.assign(key, { KeyState: 'Disabled', DeletionDate: undefined })
  return { KeyId: key.Arn }
}

/** What AWS manages, nobody else changes; and only its own account changes a key. */
function findOwnKey(id: string | undefined, { region, account, principal }: Call): KeyRecord {
  const record = resolveKey(region, account, id ?? '')
  if (record.ownerId === account && record.key.KeyManager !== 'AWS') return record
  throw new ServiceError('AccessDeniedException', `User: ${principal} is not authorized to change ${record.key.Arn}`)
}

function refusePending({ key }: KeyRecord): void {
  if (key.KeyState === 'PendingDeletion') throw invalidState(`${key.Arn} is pending deletion.`)
  if (key.KeyState === 'PendingImport') throw invalidState(`${key.Arn} is pending import.`)
}

const invalidState = (sentence: string): ServiceError => new ServiceError('KMSInvalidStateException', sentence)

export const keyHandlers = {
  CreateKey: createKey,
  DescribeKey: describeKey,
  ListKeys: listKeys,
  DisableKey: disableKey,
  EnableKey: enableKey,
  ScheduleKeyDeletion: scheduleDeletion,
  CancelKeyDeletion: cancelDeletion
} satisfies Handlers

export const keyTransitions = [deletingKey, ...replicaTransitions]
