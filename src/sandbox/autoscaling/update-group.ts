import type { SetDesiredCapacityType, UpdateAutoScalingGroupType } from '@aws-sdk/client-auto-scaling'
import type { Handler, Handlers } from '../handler.ts'
import { refuseUnmodelled } from '../unmodelled.ts'
import { checkSource, chooseSource } from './check-source.ts'
import { checkHealthChecks, UNMODELLED } from './create-group.ts'
import { validationError } from './errors.ts'
import { locationsOf } from './locations.ts'
import { findGroup } from './names.ts'
import { reconcileSoon } from './reconcile.ts'
import type { GroupRecord, LaunchSource } from './records.ts'
import { setSource, sourceOf } from './refresh-end.ts'
import { checkSizes } from './sizes.ts'

/** Set as they are given. */
const PLAIN = [
  'DefaultCooldown',
  'HealthCheckType',
  'HealthCheckGracePeriod',
  'TerminationPolicies',
  'NewInstancesProtectedFromScaleIn',
  'ServiceLinkedRoleARN',
  'Context',
  'DefaultInstanceWarmup'
] as const

/**
 * Changes a group. Instances that run stay as they were launched; sizes that the present ones do not fit move the
 * desired capacity.
 *
 * @lacks maintenance and lifecycle policies, placement groups, instance requirements, replacing instances for new purchase options
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
 */
const updateAutoScalingGroup: Handler<UpdateAutoScalingGroupType, undefined> = (input, call) => {
  refuseUnmodelled(input, UNMODELLED)
  const record = findGroup(input.AutoScalingGroupName, call)
  const { group } = record
  const sizes = resized(record, input)
  checkSizes(sizes)
  checkHealthChecks(input.HealthCheckType)
  const { VPCZoneIdentifier = input.AvailabilityZones ? '' : group.VPCZoneIdentifier, AvailabilityZones } = input
  const ofSubnets = VPCZoneIdentifier ? { VPCZoneIdentifier } : { AvailabilityZones: group.AvailabilityZones }
  const locations = locationsOf(AvailabilityZones ? { VPCZoneIdentifier, AvailabilityZones } : ofSubnets, call)
  const source = newSource(input) ?? sourceOf(record)
  if (newSource(input)) checkSource(source, locations, call)
  setSource(record, source)
  const plain = Object.fromEntries(PLAIN.flatMap(name => (input[name] === undefined ? [] : [[name, input[name]]])))
  const zones = { VPCZoneIdentifier, AvailabilityZones: [...new Set(locations.map(({ zone }) => zone))] }
  Object.assign(group, plain, sizes, zones)
  reconcileSoon({ record, call })
  return undefined
}

function newSource(input: UpdateAutoScalingGroupType): LaunchSource | undefined {
  const isNew = input.LaunchConfigurationName || input.LaunchTemplate || input.MixedInstancesPolicy
  return isNew ? chooseSource(input) : undefined
}

/** A minimum or maximum that the desired capacity does not fit moves it, unless that is given as well. */
function resized({ group }: GroupRecord, input: UpdateAutoScalingGroupType) {
  const { MinSize = group.MinSize, MaxSize = group.MaxSize } = input
  const fitting = Math.min(Math.max(group.DesiredCapacity, MinSize), Math.max(MinSize, MaxSize))
  return { MinSize, MaxSize, DesiredCapacity: input.DesiredCapacity ?? fitting }
}

/**
 * Sets the desired capacity of a group.
 *
 * @lacks cooldown periods
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html
 */
const setDesiredCapacity: Handler<SetDesiredCapacityType, undefined> = (input, call) => {
  const record = findGroup(input.AutoScalingGroupName, call)
  refuseUnmodelled(input, ['HonorCooldown'])
  const { DesiredCapacity: desired = 0 } = input
  const { MinSize: min, MaxSize: max } = record.group
  const value = `New SetDesiredCapacity value ${desired}`
  if (desired < min) throw validationError(`${value} is below min value ${min} for the AutoScalingGroup.`)
  if (desired > max) throw validationError(`${value} is above max value ${max} for the AutoScalingGroup.`)
  checkSizes({ MinSize: min, MaxSize: max, DesiredCapacity: desired })
  record.group.DesiredCapacity = desired
  reconcileSoon({ record, call })
  return undefined
}

export const updateGroupHandlers = {
  UpdateAutoScalingGroup: updateAutoScalingGroup,
  SetDesiredCapacity: setDesiredCapacity
} satisfies Handlers
