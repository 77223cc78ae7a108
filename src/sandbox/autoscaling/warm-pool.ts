import type {
  DeleteWarmPoolType,
  DescribeWarmPoolAnswer,
  DescribeWarmPoolType,
  PutWarmPoolType
} from '@aws-sdk/client-auto-scaling'
import { ServiceError } from '../errors.ts'
import type { Handler, Handlers } from '../handler.ts'
import { isWarm } from './capacity.ts'
import { terminateMember } from './end-member.ts'
import { validationError } from './errors.ts'
import { findGroup } from './names.ts'
import { paginate } from './pages.ts'
import { reconcileSoon } from './reconcile.ts'
import { inProgress } from './refresh-checks.ts'
import { warmMembers } from './scale.ts'
import { activeRefresh } from './warmup.ts'

const MAX_RECORDS = 50

/**
 * Creates or changes the warm pool of a group, which then fills it.
 *
 * @lacks hibernated pools, instances that return to the pool on scale in
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutWarmPool.html
 */
const putWarmPool: Handler<PutWarmPoolType, undefined> = (input, call) => {
  const record = findGroup(input.AutoScalingGroupName, call)
  const { MaxGroupPreparedCapacity: prepared, MinSize: min, PoolState: state, InstanceReusePolicy: reuse } = input
  if (state === 'Hibernated' || reuse?.ReuseOnScaleIn) {
    throw new ServiceError('UnsupportedOperation', 'The sandbox models neither hibernated pools nor reuse on scale in')
  }
  if (state && state !== 'Stopped' && state !== 'Running') throw validationError(`Invalid PoolState ${state}`)
  if (activeRefresh(record)) throw inProgress()
  if ((min ?? 0) < 0 || (prepared ?? 0) < -1) throw validationError('Sizes of a warm pool are 0 or more.')
  const most = prepared ?? record.warmPool?.MaxGroupPreparedCapacity
  record.warmPool = {
    MinSize: min ?? record.warmPool?.MinSize ?? 0,
    PoolState: state ?? record.warmPool?.PoolState ?? 'Stopped',
    ...(most !== undefined && most >= 0 && { MaxGroupPreparedCapacity: most })
  }
  reconcileSoon({ record, call })
  return undefined
}

/**
 * Describes the warm pool of a group and its instances.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeWarmPool.html
 */
const describeWarmPool: Handler<DescribeWarmPoolType, DescribeWarmPoolAnswer> = (input, call) => {
  const { members, warmPool } = findGroup(input.AutoScalingGroupName, call)
  const { page, ...more } = paginate([...members.values()].filter(isWarm), input, MAX_RECORDS)
  return {
    Instances: page.map(({ instance }) => instance),
    ...(warmPool && { WarmPoolConfiguration: warmPool }),
    ...more
  }
}

/**
 * Deletes the warm pool of a group and terminates its instances; with ForceDelete without waiting for their end.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteWarmPool.html
 */
const deleteWarmPool: Handler<DeleteWarmPoolType, undefined> = (input, call) => {
  const record = findGroup(input.AutoScalingGroupName, call)
  const { warmPool } = record
  if (!warmPool) throw validationError(`No warm pool found for group ${record.group.AutoScalingGroupName}`)
  const scope = { record, call }
  for (const member of warmMembers(record)) {
    terminateMember(scope, member, 'an instance was taken out of the warm pool in response to a user request.')
  }
  record.warmPool = input.ForceDelete ? undefined : { ...warmPool, Status: 'PendingDelete' }
  reconcileSoon(scope)
  return undefined
}

export const warmPoolHandlers = {
  PutWarmPool: putWarmPool,
  DescribeWarmPool: describeWarmPool,
  DeleteWarmPool: deleteWarmPool
} satisfies Handlers
