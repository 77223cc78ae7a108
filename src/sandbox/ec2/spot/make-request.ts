import type { LaunchSpecification, RunInstancesRequest } from '@aws-sdk/client-ec2'
import type { Call } from '../../handler.ts'
import { newId } from '../../world/ids.ts'
import { findInstanceType } from '../instance-types.ts'
import { DEFAULT_TYPE } from '../instances/launch-image.ts'
import type { SpotPlan } from '../instances/launch-market.ts'
import { expiring } from './expire.ts'
import { onDemandUsd, priceText } from './prices.ts'
import type { SpotRequestRecord } from './record.ts'
import { enterSpot } from './status.ts'

/** Makes a spot request; it is open until an instance is launched for it. */
export function makeSpotRequest(
  plan: SpotPlan,
  launches: RunInstancesRequest,
  tags: ReadonlyMap<string, string>,
  { world, region, account, principal, userId, now }: Call
): SpotRequestRecord {
  const SpotInstanceRequestId = newId('sir').slice(0, 'sir-12345678'.length)
  const windows = region.images.get(launches.ImageId ?? '')?.image.Platform?.toLowerCase() === 'windows'
  const record: SpotRequestRecord = {
    ownerId: account,
    tags: new Map(tags),
    requester: { principal, userId },
    launches: { ...launches, MinCount: 1, MaxCount: 1, ClientToken: undefined },
    request: {
      SpotInstanceRequestId,
      CreateTime: now,
      State: 'open',
      Status: {},
      Type: plan.type,
      InstanceInterruptionBehavior: plan.behavior,
      ProductDescription: windows ? 'Windows' : 'Linux/UNIX',
      SpotPrice: priceText(
        Number(plan.maxPrice ?? onDemandUsd(findInstanceType(launches.InstanceType ?? DEFAULT_TYPE)))
      ),
      ValidUntil: plan.validUntil,
      LaunchSpecification: specificationOf(launches)
    }
  }
  enterSpot(record, 'open', 'pending-evaluation', now)
  region.spotRequests.set(SpotInstanceRequestId, record)
  if (plan.validUntil) {
    const ms = plan.validUntil.getTime() - now.getTime()
    world.schedule.after(ms, expiring, { region: region.name, spotRequestId: SpotInstanceRequestId })
  }
  return record
}

function specificationOf(launches: RunInstancesRequest): LaunchSpecification {
  const { ImageId, InstanceType, KeyName, SubnetId, BlockDeviceMappings, EbsOptimized, IamInstanceProfile } = launches
  const { NetworkInterfaces, Placement, SecurityGroupIds = [] } = launches
  return {
    ImageId,
    InstanceType: InstanceType ?? DEFAULT_TYPE,
    KeyName,
    SubnetId,
    BlockDeviceMappings,
    EbsOptimized,
    IamInstanceProfile,
    NetworkInterfaces,
    SecurityGroups: SecurityGroupIds.map(GroupId => ({ GroupId })),
    Placement: Placement && { AvailabilityZone: Placement.AvailabilityZone, Tenancy: Placement.Tenancy },
    Monitoring: { Enabled: launches.Monitoring?.Enabled ?? false }
  }
}
