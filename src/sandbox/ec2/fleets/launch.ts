import type {
  CreateFleetError,
  CreateFleetInstance,
  CreateFleetRequest,
  FleetLaunchTemplateConfigRequest,
  FleetLaunchTemplateOverridesRequest,
  InstanceLifecycle,
  RunInstancesRequest
} from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import { launch } from '../instances/launch.ts'
import type { FleetCapacity } from './capacity.ts'

/** A template with one of its overrides: one way to launch an instance. */
interface Way {
  readonly template: FleetLaunchTemplateConfigRequest['LaunchTemplateSpecification']
  readonly override?: FleetLaunchTemplateOverridesRequest | undefined
}

interface Launched {
  readonly Instances: CreateFleetInstance[]
  readonly Errors: CreateFleetError[]
}

/** Launches what an instant fleet wants; what fails is answered beside what succeeds. */
export function launchFleet(input: CreateFleetRequest, capacity: FleetCapacity, fleetId: string, call: Call): Launched {
  const launched: Launched = { Instances: [], Errors: [] }
  for (const [lifecycle, count] of [['on-demand', capacity.onDemand] as const, ['spot', capacity.spot] as const]) {
    if (count > 0) launchMarket(input, { lifecycle, count, fleetId }, launched, call)
  }
  return launched
}

interface Wish {
  readonly lifecycle: InstanceLifecycle & ('on-demand' | 'spot')
  readonly count: number
  readonly fleetId: string
}

function launchMarket(input: CreateFleetRequest, wish: Wish, { Instances, Errors }: Launched, call: Call): void {
  for (const way of waysOf(input)) {
    const { template: LaunchTemplateSpecification, override: Overrides } = way
    const answer = {
      LaunchTemplateAndOverrides: { LaunchTemplateSpecification, Overrides: shown(Overrides) },
      Lifecycle: wish.lifecycle
    }
    try {
      Instances.push({ ...answer, ...launchWay(input, way, wish, call) })
      return
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      Errors.push({ ...answer, ErrorCode: error.code, ErrorMessage: error.message })
    }
  }
}

const waysOf = ({ LaunchTemplateConfigs: configs = [] }: CreateFleetRequest): Way[] =>
  configs.flatMap(({ LaunchTemplateSpecification: template, Overrides: overrides }) =>
    overrides?.length ? overrides.map(override => ({ template, override })) : [{ template }]
  )

function launchWay(input: CreateFleetRequest, way: Way, { lifecycle, count, fleetId }: Wish, call: Call) {
  const TagSpecifications = input.TagSpecifications?.filter(({ ResourceType: type }) => type === 'instance')
  const request = { ...requestOf(way, lifecycle), TagSpecifications, MinCount: count, MaxCount: count }
  const reservationId = launch(request, call)
  const records = [...call.region.instances.values()].filter(record => record.reservationId === reservationId)
  for (const record of records) record.tags.set('aws:ec2:fleet-id', fleetId)
  const [first] = records
  return { InstanceIds: records.map(({ instance }) => instance.InstanceId), InstanceType: first?.instance.InstanceType }
}

function requestOf(
  { template, override = {} }: Way,
  lifecycle: string
): Omit<RunInstancesRequest, 'MinCount' | 'MaxCount'> {
  const { InstanceType, SubnetId, AvailabilityZone, ImageId, KeyName, MaxPrice } = override
  const { Version, LaunchTemplateId, LaunchTemplateName } = template ?? {}
  return {
    LaunchTemplate: { Version, ...(LaunchTemplateId ? { LaunchTemplateId } : { LaunchTemplateName }) },
    ...(InstanceType && { InstanceType }),
    ...(SubnetId && { SubnetId }),
    ...(AvailabilityZone && { Placement: { AvailabilityZone } }),
    ...(ImageId && { ImageId }),
    ...(KeyName && { KeyName }),
    ...(lifecycle === 'spot' && {
      InstanceMarketOptions: { MarketType: 'spot' as const, ...(MaxPrice && { SpotOptions: { MaxPrice } }) }
    })
  }
}

const shown = ({ InstanceType, SubnetId, AvailabilityZone, ImageId }: FleetLaunchTemplateOverridesRequest = {}) => ({
  InstanceType,
  SubnetId,
  AvailabilityZone,
  ImageId
})
