import { membersOf } from '../documents.ts'

const REQUEST = `{
  SpotInstanceRequestId,State,Status.{Code,Message,UpdateTime},Type,CreateTime,SpotPrice,ProductDescription,
  InstanceInterruptionBehavior,LaunchSpecification.{ImageId,InstanceType}
}`

/** Also read by the waiter `spot_instance_request_fulfilled` of the AWS SDKs. */
export const spotMembers = membersOf('ec2', [
  ['RequestSpotInstances', 'reference', `SpotInstanceRequests[].${REQUEST}`],
  ['DescribeSpotInstanceRequests', 'example', `SpotInstanceRequests[].${REQUEST}`],
  ['CancelSpotInstanceRequests', 'example', 'CancelledSpotInstanceRequests[].{SpotInstanceRequestId,State}'],
  [
    'DescribeSpotPriceHistory',
    'example',
    'SpotPriceHistory[].{AvailabilityZone,InstanceType,ProductDescription,SpotPrice,Timestamp}'
  ],
  ['RequestSpotFleet', 'example', 'SpotFleetRequestId'],
  [
    'DescribeSpotFleetRequests',
    'example',
    'SpotFleetRequestConfigs[].{SpotFleetRequestId,SpotFleetRequestState}',
    'SpotFleetRequestConfigs[].SpotFleetRequestConfig.{IamFleetRole,TargetCapacity}'
  ],
  [
    'CancelSpotFleetRequests',
    'example',
    'SuccessfulFleetRequests[].{SpotFleetRequestId,CurrentSpotFleetRequestState,PreviousSpotFleetRequestState}',
    'UnsuccessfulFleetRequests[]'
  ],
  ['CreateFleet', 'example', 'FleetId'],
  [
    'DescribeFleets',
    'example',
    'Fleets[].{FleetId,FleetState,CreateTime,Type,ActivityStatus,ExcessCapacityTerminationPolicy}',
    'Fleets[].{FulfilledCapacity,FulfilledOnDemandCapacity,ReplaceUnhealthyInstances,TerminateInstancesWithExpiration}',
    'Fleets[].TargetCapacitySpecification.{TotalTargetCapacity,OnDemandTargetCapacity,SpotTargetCapacity}',
    'Fleets[].TargetCapacitySpecification.DefaultTargetCapacityType',
    'Fleets[].LaunchTemplateConfigs[].LaunchTemplateSpecification.Version',
    'Fleets[].SpotOptions.{AllocationStrategy,InstanceInterruptionBehavior}',
    'Fleets[].OnDemandOptions.AllocationStrategy'
  ],
  ['DescribeFleetInstances', 'example', 'FleetId'],
  [
    'DeleteFleets',
    'example',
    'SuccessfulFleetDeletions[].{FleetId,CurrentFleetState,PreviousFleetState}',
    'UnsuccessfulFleetDeletions[]'
  ]
])
