import type {
  DescribeSnapshotAttributeRequest,
  DescribeSnapshotAttributeResult,
  ModifySnapshotAttributeRequest,
  ResetSnapshotAttributeRequest
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter } from '../../errors.ts'
import type { Handler } from '../../handler.ts'
import { stopDryRun } from '../dryrun.ts'
import { findOwnSnapshot } from './access.ts'
import { changePermissions, checkSharing, readPermissions } from './permissions.ts'

const SHARING = 'createVolumePermission'

/**
 * Says who but the owner may make volumes of a snapshot. There are no product codes on snapshots here.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshotAttribute.html
 */
export const describeSnapshotAttribute: Handler<DescribeSnapshotAttributeRequest, DescribeSnapshotAttributeResult> = (
  input,
  call
) => {
  if (!input.SnapshotId) throw missingParameter('SnapshotId')
  if (!input.Attribute) throw missingParameter('Attribute')
  const { snapshot, createVolumePermissions = [] } = findOwnSnapshot(input.SnapshotId, call)
  if (input.Attribute !== SHARING && input.Attribute !== 'productCodes') {
    throw invalidValue('Attribute', String(input.Attribute), `${SHARING} or productCodes`)
  }
  stopDryRun(input)
  const { SnapshotId } = snapshot
  if (input.Attribute === 'productCodes') return { SnapshotId, ProductCodes: [] }
  return { SnapshotId, CreateVolumePermissions: createVolumePermissions }
}

/**
 * Shares a snapshot with accounts or everybody, or ends that.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html
 */
export const modifySnapshotAttribute: Handler<ModifySnapshotAttributeRequest, undefined> = (input, call) => {
  if (!input.SnapshotId) throw missingParameter('SnapshotId')
  if (input.Attribute !== undefined && input.Attribute !== SHARING) {
    throw invalidValue('Attribute', input.Attribute, SHARING)
  }
  const record = findOwnSnapshot(input.SnapshotId, call)
  const change = readPermissions(input)
  checkSharing(record, change.add, call)
  stopDryRun(input)
  record.createVolumePermissions = changePermissions(record.createVolumePermissions ?? [], change)
  return undefined
}

/**
 * Makes a snapshot its owner's alone again.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetSnapshotAttribute.html
 */
export const resetSnapshotAttribute: Handler<ResetSnapshotAttributeRequest, undefined> = (input, call) => {
  if (!input.SnapshotId) throw missingParameter('SnapshotId')
  if (!input.Attribute) throw missingParameter('Attribute')
  if (input.Attribute !== SHARING) throw invalidValue('Attribute', input.Attribute, SHARING)
  const record = findOwnSnapshot(input.SnapshotId, call)
  stopDryRun(input)
  record.createVolumePermissions = []
  return undefined
}
