import type { CreateVolumePermission, ModifySnapshotAttributeRequest } from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import { AWS_MANAGED_EBS_KEY, ebsKeyArn } from '../ebs-key.ts'
import { checkPublicAccess } from './public-access.ts'

/** What a request adds and removes: by CreateVolumePermission, or by the older form with OperationType. */
interface PermissionChange {
  readonly add: readonly CreateVolumePermission[]
  readonly remove: readonly CreateVolumePermission[]
}

/** Errors: InvalidParameterValue, MissingParameter. */
export function readPermissions(input: ModifySnapshotAttributeRequest): PermissionChange {
  const { Add: add = [], Remove: remove = [] } = input.CreateVolumePermission ?? {}
  const older: CreateVolumePermission[] = [
    ...(input.UserIds ?? []).map(UserId => ({ UserId })),
    ...(input.GroupNames ?? []).map(Group => ({ Group: Group as 'all' }))
  ]
  const all = [...add, ...remove, ...older]
  if (all.length === 0) throw missingParameter('CreateVolumePermission')
  for (const permission of all) checkPermission(permission)
  const isNewer = add.length + remove.length > 0
  // Packer gives both forms, the older one without its operation.
  if (older.length === 0 || (isNewer && input.OperationType === undefined)) return { add, remove }
  if (input.OperationType === 'add') return { add: [...add, ...older], remove }
  if (input.OperationType === 'remove') return { add, remove: [...remove, ...older] }
  throw input.OperationType
    ? invalidValue('OperationType', input.OperationType, 'add or remove')
    : missingParameter('OperationType')
}

function checkPermission({ UserId: user, Group: group }: CreateVolumePermission): void {
  if (user !== undefined && !/^\d{12}$/.test(user)) {
    throw invalidValue('UserId', user, 'an account id of twelve digits')
  }
  if (group !== undefined && group !== 'all') throw invalidValue('Group', group, 'all')
}

/**
 * Refuses what cannot be shared: an archived snapshot, one encrypted with the AWS-managed key, which no other account
 * may use, and with everybody any encrypted one. Errors: OperationNotPermitted, IncorrectState.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive-considerations.html
 */
export function checkSharing({ snapshot }: SnapshotRecord, added: PermissionChange['add'], call: Call): void {
  if (added.length === 0) return
  if (snapshot.StorageTier === 'archive') {
    throw new ServiceError('IncorrectState', `The snapshot ${snapshot.SnapshotId} is archived and cannot be shared`)
  }
  if (
    snapshot.KmsKeyId !== undefined &&
    snapshot.KmsKeyId === ebsKeyArn(call.region, call.account, AWS_MANAGED_EBS_KEY)
  ) {
    throw new ServiceError('OperationNotPermitted', 'Encrypted snapshots with EBS default key cannot be shared')
  }
  if (!added.some(({ Group: group }) => group === 'all')) return
  if (snapshot.Encrypted) {
    throw new ServiceError('OperationNotPermitted', 'Encrypted snapshots cannot be shared publicly')
  }
  checkPublicAccess(call)
}

/** The permissions after a change: what is removed goes even where it is added, too; nothing is there twice. */
export function changePermissions(
  before: readonly CreateVolumePermission[],
  { add, remove }: PermissionChange
): CreateVolumePermission[] {
  const keyOf = ({ UserId: user, Group: group }: CreateVolumePermission) => user ?? group ?? ''
  const after = new Map([...before, ...add].map(permission => [keyOf(permission), permission]))
  for (const permission of remove) after.delete(keyOf(permission))
  return [...after.values()]
}
