import type {
  DisableSnapshotBlockPublicAccessRequest,
  DisableSnapshotBlockPublicAccessResult,
  EnableSnapshotBlockPublicAccessRequest,
  EnableSnapshotBlockPublicAccessResult,
  GetSnapshotBlockPublicAccessStateRequest,
  GetSnapshotBlockPublicAccessStateResult
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler } from '../../handler.ts'
import { stopDryRun } from '../dryrun.ts'

/**
 * Says whether the account may share snapshots with everybody in this region. It may until it asks not to.
 *
 * @lacks declarative policies
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSnapshotBlockPublicAccessState.html
 */
export const getSnapshotBlockPublicAccessState: Handler<
  GetSnapshotBlockPublicAccessStateRequest,
  GetSnapshotBlockPublicAccessStateResult
> = (input, { region, account }) => {
  stopDryRun(input)
  return { State: region.snapshotPublicAccess.get(account) ?? 'unblocked', ManagedBy: 'account' }
}

/**
 * Forbids to share snapshots with everybody; with block-all-sharing those that are public are private meanwhile.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableSnapshotBlockPublicAccess.html
 */
export const enableSnapshotBlockPublicAccess: Handler<
  EnableSnapshotBlockPublicAccessRequest,
  EnableSnapshotBlockPublicAccessResult
> = (input, { region, account }) => {
  const { State: state } = input
  if (!state) throw missingParameter('State')
  if (state !== 'block-all-sharing' && state !== 'block-new-sharing') {
    throw invalidValue('State', state, 'block-all-sharing or block-new-sharing')
  }
  stopDryRun(input)
  region.snapshotPublicAccess.set(account, state)
  return { State: state }
}

/**
 * Allows to share snapshots with everybody; those that were public before are public again.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableSnapshotBlockPublicAccess.html
 */
export const disableSnapshotBlockPublicAccess: Handler<
  DisableSnapshotBlockPublicAccessRequest,
  DisableSnapshotBlockPublicAccessResult
> = (input, { region, account }) => {
  stopDryRun(input)
  region.snapshotPublicAccess.delete(account)
  return { State: 'unblocked' }
}

/** Refuses to share a snapshot with everybody where the account forbids it. Errors: OperationNotPermitted. */
export function checkPublicAccess({ region, account }: Call): void {
  if (!region.snapshotPublicAccess.has(account)) return
  const sentence =
    'You cannot share this snapshot publicly because block public access for snapshots is enabled for this account. To share it publicly, call DisableSnapshotBlockPublicAccess.'
  throw new ServiceError('OperationNotPermitted', sentence)
}
