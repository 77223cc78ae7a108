import type { DescribeInstancesRequest, DescribeInstancesResult } from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'
import type { Handler, Handlers } from '../../handler.ts'
import { compileFilters, type FilterFields } from '../../world/filters.ts'
import { paginate } from '../../world/pages.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { answerReservation } from './answer.ts'
import { selectInstances } from './visible.ts'

const fields: FilterFields<InstanceRecord> = {
  architecture: ({ instance }) => instance.Architecture,
  'availability-zone': ({ instance }) => instance.Placement?.AvailabilityZone,
  'block-device-mapping.device-name': ({ instance }) => instance.BlockDeviceMappings?.map(each => each.DeviceName),
  'block-device-mapping.volume-id': ({ instance }) => instance.BlockDeviceMappings?.map(each => each.Ebs?.VolumeId),
  'client-token': ({ instance }) => instance.ClientToken,
  'iam-instance-profile.arn': ({ instance }) => instance.IamInstanceProfile?.Arn,
  'image-id': ({ instance }) => instance.ImageId,
  'instance-id': ({ instance }) => instance.InstanceId,
  'instance-lifecycle': ({ instance }) => instance.InstanceLifecycle,
  'instance-state-code': ({ instance }) => instance.State?.Code,
  'instance-state-name': ({ instance }) => instance.State?.Name,
  'instance-type': ({ instance }) => instance.InstanceType,
  'instance.group-id': ({ instance }) => instance.SecurityGroups?.map(group => group.GroupId),
  'launch-time': ({ instance }) => instance.LaunchTime?.toISOString(),
  'network-interface.network-interface-id': ({ instance }) =>
    instance.NetworkInterfaces?.map(each => each.NetworkInterfaceId),
  'owner-id': ({ ownerId }) => ownerId,
  platform: ({ instance }) => instance.Platform,
  'private-ip-address': ({ instance }) => instance.PrivateIpAddress,
  reason: ({ instance }) => instance.StateTransitionReason,
  'reservation-id': ({ reservationId }) => reservationId,
  'root-device-name': ({ instance }) => instance.RootDeviceName,
  'root-device-type': ({ instance }) => instance.RootDeviceType,
  'spot-instance-request-id': ({ instance }) => instance.SpotInstanceRequestId,
  'state-reason-code': ({ instance }) => instance.StateReason?.Code,
  'subnet-id': ({ instance }) => instance.SubnetId,
  'vpc-id': ({ instance }) => instance.VpcId
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
const describeInstances: Handler<DescribeInstancesRequest, DescribeInstancesResult> = (input, call) => {
  if (input.InstanceIds?.length && input.MaxResults !== undefined) {
    const sentence = 'The parameter instancesSet cannot be used with the parameter maxResults'
    throw new ServiceError('InvalidParameterCombination', sentence)
  }
  const passes = compileFilters<InstanceRecord>(input.Filters, fields)
  const found = selectInstances(input.InstanceIds, call).filter(passes)
  stopDryRun(input)
  const { page, ...rest } = paginate(found, input, { min: 5, max: 1000 })
  const ids = new Set(page.map(({ reservationId }) => reservationId))
  const ofReservation = (id: string) => page.filter(({ reservationId }) => reservationId === id)
  return { Reservations: [...ids].map(id => answerReservation(ofReservation(id), call.account)), ...rest }
}

export const describeHandlers = { DescribeInstances: describeInstances } satisfies Handlers
