import { randomUUID } from 'node:crypto'
import type {
  CreateFleetRequest,
  CreateFleetResult,
  DescribeFleetError,
  DescribeFleetsInstances,
  OnDemandOptions,
  SpotOptions
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { refuseUnmodelled } from '../../unmodelled.ts'
import { stopDryRun } from '../dryrun.ts'
import { checkOneOf } from '../instances/launch-options.ts'
import { tagsFor } from '../tags.ts'
import { once } from '../tokens.ts'
import { capacityOf, type FleetCapacity } from './capacity.ts'
import { launchFleet } from './launch.ts'
import type { FleetRecord } from './record.ts'

/**
 * Makes a fleet. One of type `instant` launches its instances at once, each market's from the first template and
 * override that EC2 accepts, and answers why others failed.
 *
 * @lacks launching for the types request and maintain, weights, allocation strategies, instance requirements, validity
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html
 */
const createFleet: Handler<CreateFleetRequest, CreateFleetResult> = (input, call) => {
  const capacity = checkFleet(input)
  const tags = tagsFor('fleet', input.TagSpecifications, input.Type === 'instant' ? ['fleet', 'instance'] : ['fleet'])
  stopDryRun(input)
  const id = once('CreateFleet', input, call, () => makeFleet(input, capacity, tags, call).fleet.FleetId)
  const { fleet } = call.region.fleets.get(id) ?? {}
  return fleet?.Type === 'instant' ? { FleetId: id, Errors: fleet.Errors, Instances: fleet.Instances } : { FleetId: id }
}

function checkFleet(input: CreateFleetRequest): FleetCapacity {
  refuseUnmodelled(input, ['ReservedCapacityOptions'])
  const { LaunchTemplateConfigs: configs = [], TargetCapacitySpecification: target } = input
  if (configs.length === 0) throw missingParameter('LaunchTemplateConfigs')
  if (!target) throw missingParameter('TargetCapacitySpecification')
  checkOneOf('Type', input.Type, ['instant', 'maintain', 'request'])
  for (const { LaunchTemplateSpecification: template, Overrides: overrides = [] } of configs) {
    if (!template?.LaunchTemplateId && !template?.LaunchTemplateName)
      throw missingParameter('LaunchTemplateSpecification')
    if (!template.Version) throw missingParameter('LaunchTemplateSpecification.Version')
    for (const override of overrides) refuseUnmodelled(override, ['InstanceRequirements'])
  }
  const { TotalTargetCapacity: total } = target
  if (total === undefined || !Number.isInteger(total) || total < 0) {
    throw invalidValue('TotalTargetCapacity', String(total), 'a whole number from 0')
  }
  return capacityOf({ ...target, TotalTargetCapacity: total })
}

/**
 * What a fleet shows that says nothing of them.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotOptionsRequest.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_OnDemandOptionsRequest.html
 */
const SPOT_DEFAULTS: SpotOptions = { AllocationStrategy: 'lowest-price', InstanceInterruptionBehavior: 'terminate' }
const ON_DEMAND_DEFAULTS: OnDemandOptions = { AllocationStrategy: 'lowest-price' }

function makeFleet(
  input: CreateFleetRequest,
  capacity: FleetCapacity,
  tags: ReadonlyMap<string, string>,
  call: Call
): FleetRecord {
  const FleetId = `fleet-${randomUUID()}`
  const { Type = 'maintain', LaunchTemplateConfigs, TargetCapacitySpecification } = input
  const instant = Type === 'instant' ? launchFleet(input, capacity, FleetId, call) : undefined
  const record: FleetRecord = {
    ownerId: call.account,
    tags: new Map(tags),
    instanceIds: (instant?.Instances ?? []).flatMap(({ InstanceIds }) => InstanceIds ?? []),
    fleet: {
      FleetId,
      Type,
      CreateTime: call.now,
      FleetState: 'active',
      ...progressOf(instant, capacity),
      ClientToken: input.ClientToken,
      ExcessCapacityTerminationPolicy: input.ExcessCapacityTerminationPolicy ?? 'termination',
      LaunchTemplateConfigs: (LaunchTemplateConfigs ?? []).map(answerConfig),
      TargetCapacitySpecification: {
        DefaultTargetCapacityType: 'on-demand',
        ...TargetCapacitySpecification,
        OnDemandTargetCapacity: capacity.onDemand,
        SpotTargetCapacity: capacity.spot
      },
      TerminateInstancesWithExpiration: input.TerminateInstancesWithExpiration ?? false,
      ReplaceUnhealthyInstances: input.ReplaceUnhealthyInstances ?? false,
      SpotOptions: { ...SPOT_DEFAULTS, ...input.SpotOptions },
      OnDemandOptions: { ...ON_DEMAND_DEFAULTS, ...input.OnDemandOptions },
      Context: input.Context,
      ...instant
    }
  }
  call.region.fleets.set(FleetId, record)
  return record
}

/** What a describe operation shows of a configuration: not all that a request may say. */
const answerConfig = ({
  LaunchTemplateSpecification,
  Overrides = []
}: NonNullable<CreateFleetRequest['LaunchTemplateConfigs']>[number]) => ({
  LaunchTemplateSpecification,
  Overrides: Overrides.map(({ InstanceType, MaxPrice, SubnetId, AvailabilityZone, Priority, ImageId }) => ({
    InstanceType,
    MaxPrice,
    SubnetId,
    AvailabilityZone,
    Priority,
    ImageId
  }))
})

interface Launched {
  readonly Instances: DescribeFleetsInstances[]
  readonly Errors: DescribeFleetError[]
}

function progressOf(instant: Launched | undefined, { onDemand, spot }: FleetCapacity) {
  const fulfilled = (lifecycle: string) =>
    (instant?.Instances ?? [])
      .filter(({ Lifecycle }) => Lifecycle === lifecycle)
      .reduce((sum, { InstanceIds = [] }) => sum + InstanceIds.length, 0)
  const FulfilledOnDemandCapacity = fulfilled('on-demand')
  const FulfilledCapacity = FulfilledOnDemandCapacity + fulfilled('spot')
  const isFull = FulfilledCapacity >= onDemand + spot
  return {
    FulfilledCapacity,
    FulfilledOnDemandCapacity,
    ActivityStatus: isFull ? ('fulfilled' as const) : instant ? ('error' as const) : ('pending_fulfillment' as const)
  }
}

export const createFleetHandlers = { CreateFleet: createFleet } satisfies Handlers
