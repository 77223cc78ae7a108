import { membersOf } from '../documents.ts'

const ACTIVITY = '{ActivityId,AutoScalingGroupName,Description,Cause,StartTime,StatusCode,Progress,Details}'
const MEMBER = '{InstanceId,InstanceType,AvailabilityZone,LifecycleState,HealthStatus}'

/** Also read by the waiters `group_exists` and `group_in_service` of the AWS SDKs. */
export const autoScalingMembers = membersOf('autoscaling', [
  [
    'DescribeLaunchConfigurations',
    'example',
    'LaunchConfigurations[].{LaunchConfigurationName,LaunchConfigurationARN,ImageId,InstanceType,CreatedTime}',
    'LaunchConfigurations[].{KeyName,SecurityGroups[],ClassicLinkVPCSecurityGroups[],UserData,KernelId,RamdiskId}',
    'LaunchConfigurations[].{BlockDeviceMappings[],InstanceMonitoring.Enabled,EbsOptimized}'
  ],
  [
    'DescribeAutoScalingGroups',
    'example',
    'AutoScalingGroups[].{AutoScalingGroupName,AutoScalingGroupARN,CreatedTime,AvailabilityZones[],VPCZoneIdentifier}',
    'AutoScalingGroups[].{MinSize,MaxSize,DesiredCapacity,DefaultCooldown,HealthCheckType,HealthCheckGracePeriod}',
    'AutoScalingGroups[].{LoadBalancerNames[],TargetGroupARNs[],TrafficSources[],SuspendedProcesses[]}',
    'AutoScalingGroups[].{EnabledMetrics[],TerminationPolicies[],NewInstancesProtectedFromScaleIn}',
    'AutoScalingGroups[].{ServiceLinkedRoleARN,Tags[]}',
    `AutoScalingGroups[].Instances[].${MEMBER}`,
    'AutoScalingGroups[].Instances[].ProtectedFromScaleIn'
  ],
  [
    'DescribeAutoScalingInstances',
    'reference',
    `AutoScalingInstances[].${MEMBER}`,
    'AutoScalingInstances[].{AutoScalingGroupName,ProtectedFromScaleIn}'
  ],
  ['DescribeScalingActivities', 'example', `Activities[].${ACTIVITY}`],
  ['DetachInstances', 'example', `Activities[].${ACTIVITY}`],
  ['TerminateInstanceInAutoScalingGroup', 'reference', `Activity.${ACTIVITY}`],
  ['DescribeTags', 'example', 'Tags[].{ResourceType,ResourceId,PropagateAtLaunch,Key,Value}'],
  ['DescribeWarmPool', 'example', 'WarmPoolConfiguration.{MinSize,PoolState}', `Instances[].${MEMBER}`],
  ['StartInstanceRefresh', 'example', 'InstanceRefreshId'],
  ['RollbackInstanceRefresh', 'example', 'InstanceRefreshId'],
  ['CancelInstanceRefresh', 'example', 'InstanceRefreshId'],
  [
    'DescribeInstanceRefreshes',
    'example',
    'InstanceRefreshes[].{InstanceRefreshId,AutoScalingGroupName,Status,PercentageComplete,InstancesToUpdate}',
    'InstanceRefreshes[].Preferences.{MinHealthyPercentage,InstanceWarmup,SkipMatching,AutoRollback}',
    'InstanceRefreshes[].Preferences.{ScaleInProtectedInstances,StandbyInstances}'
  ]
])
