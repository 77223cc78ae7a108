import { randomUUID } from 'node:crypto'
import type {
  CancelInstanceRefreshAnswer,
  CancelInstanceRefreshType,
  DescribeInstanceRefreshesAnswer,
  DescribeInstanceRefreshesType,
  RollbackInstanceRefreshAnswer,
  RollbackInstanceRefreshType,
  StartInstanceRefreshAnswer,
  StartInstanceRefreshType
} from '@aws-sdk/client-auto-scaling'
import { ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import { checkSource, chooseSource } from './check-source.ts'
import { validationError } from './errors.ts'
import { byFewest } from './locations.ts'
import { matches } from './matching.ts'
import { findGroup } from './names.ts'
import { paginate } from './pages.ts'
import { reconcileSoon } from './reconcile.ts'
import type { GroupRecord, RefreshRecord } from './records.ts'
import { checkParameters, checkPreferences, inProgress, rollbackTrouble } from './refresh-checks.ts'
import { beginRollback, endRefresh, sourceOf } from './refresh-end.ts'
import { activeRefresh, warmupSeconds } from './warmup.ts'

/**
 * Starts to replace the instances of a group by the clock, in batches.
 *
 * @lacks checkpoints, alarms, the strategy ReplaceRootVolume
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html
 */
const startInstanceRefresh: Handler<StartInstanceRefreshType, StartInstanceRefreshAnswer> = (input, call) => {
  const record = findGroup(input.AutoScalingGroupName, call)
  const { Strategy = 'Rolling', DesiredConfiguration: desired, Preferences: preferences = {} } = input
  if (Strategy !== 'Rolling') {
    throw new ServiceError('UnsupportedOperation', `The sandbox does not model the strategy ${Strategy}`)
  }
  checkPreferences(preferences)
  if (desired) checkSource(chooseSource(desired), byFewest(record, call), call)
  checkParameters(input, record, call)
  const trouble = preferences.AutoRollback && rollbackTrouble(desired, record, call)
  if (trouble) throw validationError(`AutoRollback is not supported: ${trouble}.`)
  if (activeRefresh(record)) throw inProgress()
  const active = makeRefresh(input, record, call)
  record.refreshes.push(active)
  reconcileSoon({ record, call })
  return { InstanceRefreshId: active.refresh.InstanceRefreshId }
}

function makeRefresh(input: StartInstanceRefreshType, record: GroupRecord, call: Call): RefreshRecord {
  const { DesiredConfiguration: desired, Preferences: preferences = {} } = input
  const outstanding = chooseOutstanding(input, record, call)
  return {
    outstanding,
    total: outstanding.size,
    launched: new Set(),
    refresh: {
      InstanceRefreshId: randomUUID(),
      AutoScalingGroupName: record.group.AutoScalingGroupName,
      Status: 'Pending',
      StartTime: call.now,
      PercentageComplete: 0,
      InstancesToUpdate: outstanding.size,
      Strategy: 'Rolling',
      Preferences: {
        MinHealthyPercentage: 90,
        InstanceWarmup: warmupSeconds(record),
        SkipMatching: false,
        AutoRollback: false,
        ScaleInProtectedInstances: 'Wait',
        StandbyInstances: 'Wait',
        ...preferences
      },
      ...(desired && { DesiredConfiguration: desired })
    }
  }
}

/** The instances to be replaced: not those that match already, or are to be ignored. */
function chooseOutstanding(input: StartInstanceRefreshType, record: GroupRecord, call: Call): Set<string> {
  const { SkipMatching, ScaleInProtectedInstances } = input.Preferences ?? {}
  const source = input.DesiredConfiguration ?? sourceOf(record)
  const members = [...record.members.values()]
    .filter(({ instance }) => !instance.LifecycleState.includes('Terminating'))
    .filter(({ instance }) => !(ScaleInProtectedInstances === 'Ignore' && instance.ProtectedFromScaleIn))
    .filter(member => !(SkipMatching && matches(member, source, call)))
  return new Set(members.map(({ instance }) => instance.InstanceId))
}

/**
 * Describes the refreshes of a group, the latest first.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html
 */
const describeInstanceRefreshes: Handler<DescribeInstanceRefreshesType, DescribeInstanceRefreshesAnswer> = (
  input,
  call
) => {
  const { InstanceRefreshIds: ids } = input
  const all = findGroup(input.AutoScalingGroupName, call).refreshes.map(({ refresh }) => refresh)
  const found = ids?.length ? all.filter(({ InstanceRefreshId: id }) => ids.includes(id)) : all
  const { page, ...more } = paginate(found.reverse(), input)
  return { InstanceRefreshes: page, ...more }
}

/** The refresh that is under way. Errors: ActiveInstanceRefreshNotFound. */
function findActive(record: GroupRecord): RefreshRecord {
  const active = activeRefresh(record)
  if (active) return active
  const name = record.group.AutoScalingGroupName
  const sentence = `No in progress or pending Instance Refresh found for Auto Scaling group ${name}`
  throw new ServiceError('ActiveInstanceRefreshNotFound', sentence)
}

/**
 * Cancels a refresh or rollback: what it has replaced stays.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CancelInstanceRefresh.html
 */
const cancelInstanceRefresh: Handler<CancelInstanceRefreshType, CancelInstanceRefreshAnswer> = (input, call) => {
  const record = findGroup(input.AutoScalingGroupName, call)
  const active = findActive(record)
  if (input.WaitForTransitioningInstances ?? true) active.refresh.Status = 'Cancelling'
  else endRefresh(active, 'Cancelled', call.now, 'Cancelled due to user request.')
  reconcileSoon({ record, call })
  return { InstanceRefreshId: active.refresh.InstanceRefreshId }
}

/**
 * Turns a refresh back: what it has launched is replaced from the group's own configuration.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html
 */
const rollbackInstanceRefresh: Handler<RollbackInstanceRefreshType, RollbackInstanceRefreshAnswer> = (input, call) => {
  const record = findGroup(input.AutoScalingGroupName, call)
  const active = findActive(record)
  const { Status: status, DesiredConfiguration: desired, InstanceRefreshId } = active.refresh
  const trouble = rollbackTrouble(desired, record, call)
  if (trouble) {
    throw new ServiceError('IrreversibleInstanceRefresh', `The instance refresh cannot be rolled back: ${trouble}.`)
  }
  if (status !== 'RollbackInProgress') beginRollback({ record, call }, active, 'Rollback initiated by the user.')
  reconcileSoon({ record, call })
  return { InstanceRefreshId }
}

export const refreshHandlers = {
  StartInstanceRefresh: startInstanceRefresh,
  DescribeInstanceRefreshes: describeInstanceRefreshes,
  CancelInstanceRefresh: cancelInstanceRefresh,
  RollbackInstanceRefresh: rollbackInstanceRefresh
} satisfies Handlers
