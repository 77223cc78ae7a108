import type { RefreshPreferences, StartInstanceRefreshType } from '@aws-sdk/client-auto-scaling'
import { checkOneOf } from '../ec2/instances/launch-options.ts'
import { ServiceError } from '../errors.ts'
import type { Call } from '../handler.ts'
import { refuseUnmodelled } from '../unmodelled.ts'
import { validationError } from './errors.ts'
import { usesMovingVersion, usesParameter } from './matching.ts'
import type { GroupRecord, LaunchSource } from './records.ts'
import { sourceOf } from './refresh-end.ts'

export const inProgress = (): ServiceError =>
  new ServiceError(
    'InstanceRefreshInProgress',
    'An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.'
  )

/** Refuses preferences that contradict each other, and those that are not modelled. */
export function checkPreferences(preferences: RefreshPreferences): void {
  refuseUnmodelled(preferences, ['CheckpointPercentages', 'CheckpointDelay', 'AlarmSpecification'])
  const { MinHealthyPercentage: min, MaxHealthyPercentage: max, ScaleInProtectedInstances } = preferences
  if (min !== undefined && (min < 0 || min > 100)) throw validationError('MinHealthyPercentage is 0 to 100.')
  checkOneOf('ScaleInProtectedInstances', ScaleInProtectedInstances, ['Refresh', 'Ignore', 'Wait'])
  if (max === undefined) return
  if (max < 100 || max > 200) throw validationError('MaxHealthyPercentage is 100 to 200.')
  if (min === undefined) {
    throw validationError('If you specify MaxHealthyPercentage, you must also specify MinHealthyPercentage.')
  }
  if (max - min > 100) {
    throw validationError('MaxHealthyPercentage and MinHealthyPercentage cannot be more than 100 apart.')
  }
}

/**
 * Templates with a Systems Manager parameter know neither a desired configuration nor skip matching.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
 */
export function checkParameters(
  { DesiredConfiguration: desired, Preferences }: StartInstanceRefreshType,
  record: GroupRecord,
  call: Call
): void {
  if (!desired && !Preferences?.SkipMatching) return
  if (!usesParameter(desired ?? sourceOf(record), call)) return
  const using = 'launch templates that specify a Systems Manager parameter for the AMI'
  throw validationError(`A desired configuration and skip matching are not supported with ${using}.`)
}

/** Why a refresh cannot be rolled back; undefined if it can. */
export function rollbackTrouble(
  desired: LaunchSource | undefined,
  record: GroupRecord,
  call: Call
): string | undefined {
  if (!desired) return 'there is no desired configuration specified for the instance refresh'
  if (usesMovingVersion(sourceOf(record))) return `the Auto Scaling group uses the version $Latest or $Default`
  if (usesParameter(sourceOf(record), call)) return 'its launch template uses a Systems Manager parameter'
  return undefined
}
