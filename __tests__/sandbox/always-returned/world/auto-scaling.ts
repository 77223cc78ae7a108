import type { Recorder } from './recorder.ts'

const AutoScalingGroupName = 'web'

/** Runs a group that launches from a template, of which there are two versions: fills, pools, replaces and shrinks it. */
export async function useAutoScaling(recorder: Recorder, ImageId: string, template: string): Promise<void> {
  const { autoscaling, settle } = recorder
  const configuration = { LaunchConfigurationName: 'web', ImageId, InstanceType: 't3.micro' }
  await autoscaling.createLaunchConfiguration(configuration)
  await autoscaling.describeLaunchConfigurations({})
  await autoscaling.createAutoScalingGroup({
    AutoScalingGroupName,
    LaunchTemplate: { LaunchTemplateName: template, Version: '1' },
    AvailabilityZones: ['us-east-1a', 'us-east-1b'],
    MinSize: 0,
    MaxSize: 3,
    DesiredCapacity: 2,
    Tags: [{ Key: 'of', Value: 'us' }]
  })
  await autoscaling.describeTags({})
  await settle()
  await autoscaling.putWarmPool({ AutoScalingGroupName })
  await settle()
  await autoscaling.describeWarmPool({ AutoScalingGroupName })
  await autoscaling.describeAutoScalingGroups({})
  await refresh(recorder, template)
  await shrink(recorder)
  await autoscaling.deleteAutoScalingGroup({ AutoScalingGroupName, ForceDelete: true })
  await settle()
}

/** Turns a refresh back, and then cancels it; suspended, it does not end by itself before. */
async function refresh({ autoscaling, settle }: Recorder, template: string): Promise<void> {
  const suspension = { AutoScalingGroupName, ScalingProcesses: ['InstanceRefresh'] }
  const DesiredConfiguration = { LaunchTemplate: { LaunchTemplateName: template, Version: '2' } }
  await autoscaling.suspendProcesses(suspension)
  await autoscaling.startInstanceRefresh({ AutoScalingGroupName, DesiredConfiguration })
  await autoscaling.describeInstanceRefreshes({ AutoScalingGroupName })
  await autoscaling.rollbackInstanceRefresh({ AutoScalingGroupName })
  await autoscaling.cancelInstanceRefresh({ AutoScalingGroupName })
  await autoscaling.resumeProcesses(suspension)
  await settle()
  await autoscaling.describeInstanceRefreshes({ AutoScalingGroupName })
}

async function shrink({ autoscaling, ec2 }: Recorder): Promise<void> {
  const { AutoScalingInstances = [] } = await autoscaling.describeAutoScalingInstances({})
  const live = AutoScalingInstances.filter(({ LifecycleState }) => LifecycleState === 'InService')
  const [detached = '', terminated = ''] = live.map(({ InstanceId = '' }) => InstanceId)
  const decremented = { ShouldDecrementDesiredCapacity: true }
  await autoscaling.detachInstances({ AutoScalingGroupName, InstanceIds: [detached], ...decremented })
  await ec2.terminateInstances({ InstanceIds: [detached] })
  await autoscaling.terminateInstanceInAutoScalingGroup({ InstanceId: terminated, ...decremented })
  await autoscaling.describeScalingActivities({ AutoScalingGroupName })
}
