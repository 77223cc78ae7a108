import type { CreateAutoScalingGroupType } from '@aws-sdk/client-auto-scaling'
import { ServiceError } from '../errors.ts'
import type { Handler, Handlers } from '../handler.ts'
import { refuseUnmodelled } from '../unmodelled.ts'
import { checkSource, chooseSource } from './check-source.ts'
import { validationError } from './errors.ts'
import { locationsOf } from './locations.ts'
import { checkName, keyOf, newArn } from './names.ts'
import { reconcileSoon } from './reconcile.ts'
import type { GroupRecord } from './records.ts'
import { roleArnOf } from './scope.ts'
import { checkSizes } from './sizes.ts'
import { readTags } from './tags.ts'

/** What would change what a group does. */
export const UNMODELLED = [
  'AvailabilityZoneIds',
  'PlacementGroup',
  'MaxInstanceLifetime',
  'CapacityRebalance',
  'DesiredCapacityType',
  'InstanceMaintenancePolicy',
  'AvailabilityZoneDistribution',
  'AvailabilityZoneImpairmentPolicy',
  'CapacityReservationSpecification',
  'InstanceLifecyclePolicy',
  'DeletionProtection'
] as const
const UNMODELLED_AT_FIRST = [
  'InstanceId',
  'LifecycleHookSpecificationList',
  'LoadBalancerNames',
  'TargetGroupARNs',
  'TrafficSources',
  'Operator'
] as const

/**
 * Creates a group, which then launches its instances. A launch template that EC2 would not launch from is refused.
 *
 * @lacks lifecycle hooks, load balancers, maintenance and lifecycle policies, placement groups, instance requirements
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
 */
const createAutoScalingGroup: Handler<CreateAutoScalingGroupType, undefined> = (input, call) => {
  refuseUnmodelled(input, [...UNMODELLED, ...UNMODELLED_AT_FIRST])
  const { AutoScalingGroupName: name = '', MinSize = 0, MaxSize = 0, DesiredCapacity = MinSize } = input
  checkName('autoScalingGroupName', name)
  const key = keyOf(call.account, name)
  if (call.region.autoScalingGroups.has(key)) {
    const sentence = `A group with the name ${name} already exists`
    throw new ServiceError('AlreadyExists', `AutoScalingGroup by this name already exists - ${sentence}`)
  }
  checkSizes({ MinSize, MaxSize, DesiredCapacity })
  checkHealthChecks(input.HealthCheckType)
  const source = chooseSource(input)
  const locations = locationsOf(input, call)
  const tags = readTags(input.Tags)
  checkSource(source, locations, call)
  const record: GroupRecord = {
    ownerId: call.account,
    tags: new Map(tags),
    members: new Map(),
    suspended: new Set(),
    refreshes: [],
    group: {
      AutoScalingGroupName: name,
      AutoScalingGroupARN: newArn('autoScalingGroup', name, call),
      ...source,
      MinSize,
      MaxSize,
      DesiredCapacity,
      DefaultCooldown: input.DefaultCooldown ?? 300,
      AvailabilityZones: [...new Set(locations.map(({ zone }) => zone))],
      VPCZoneIdentifier: input.VPCZoneIdentifier ?? '',
      LoadBalancerNames: [],
      TargetGroupARNs: [],
      TrafficSources: [],
      HealthCheckType: input.HealthCheckType ?? 'EC2',
      HealthCheckGracePeriod: input.HealthCheckGracePeriod ?? 0,
      CreatedTime: call.now,
      EnabledMetrics: [],
      TerminationPolicies: input.TerminationPolicies ?? ['Default'],
      NewInstancesProtectedFromScaleIn: input.NewInstancesProtectedFromScaleIn ?? false,
      ServiceLinkedRoleARN: input.ServiceLinkedRoleARN ?? roleArnOf(call.account),
      ...(input.Context && { Context: input.Context }),
      ...(input.DefaultInstanceWarmup !== undefined && { DefaultInstanceWarmup: input.DefaultInstanceWarmup })
    }
  }
  call.region.autoScalingGroups.set(key, record)
  reconcileSoon({ record, call })
  return undefined
}

/** The sandbox has no load balancers. EC2's checks are always made. */
export function checkHealthChecks(types = 'EC2'): void {
  for (const type of types.split(',')) {
    if (['ELB', 'VPC_LATTICE', 'EBS'].includes(type)) {
      throw new ServiceError('UnsupportedOperation', `The sandbox does not model health checks of the type ${type}`)
    }
    if (type !== 'EC2') throw validationError(`Invalid health check type: ${type.slice(0, 60)}`)
  }
}

export const createGroupHandlers = { CreateAutoScalingGroup: createAutoScalingGroup } satisfies Handlers
