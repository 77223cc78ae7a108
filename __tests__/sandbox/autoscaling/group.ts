import {
  type Activity,
  type AutoScalingGroup,
  CreateAutoScalingGroupCommand,
  type CreateAutoScalingGroupCommandInput,
  CreateLaunchConfigurationCommand,
  type CreateLaunchConfigurationCommandInput,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  type Instance
} from '@aws-sdk/client-auto-scaling'
import type { Clients } from '../../support/sandbox.ts'
import { IMAGES } from '../ec2/fixture.ts'

export async function makeConfiguration(
  { autoscaling }: Clients,
  change: Partial<CreateLaunchConfigurationCommandInput> = {}
): Promise<string> {
  const LaunchConfigurationName = change.LaunchConfigurationName ?? 'web-1'
  const request = { ImageId: IMAGES.linux, InstanceType: 't3.micro', ...change, LaunchConfigurationName }
  await autoscaling.send(new CreateLaunchConfigurationCommand(request))
  return LaunchConfigurationName
}

/** A group of this name and of two instances, unless asked otherwise; its launch configuration is made where it names none. */
export async function makeGroup(
  clients: Clients,
  change: Partial<CreateAutoScalingGroupCommandInput> = {}
): Promise<string> {
  const AutoScalingGroupName = change.AutoScalingGroupName ?? 'web'
  const isNamed = change.LaunchConfigurationName || change.LaunchTemplate || change.MixedInstancesPolicy
  const source = isNamed ? {} : { LaunchConfigurationName: await makeConfiguration(clients) }
  const sizes = { MinSize: 0, MaxSize: 4, DesiredCapacity: 2 }
  const AvailabilityZones = change.VPCZoneIdentifier ? undefined : ['us-east-1a', 'us-east-1b']
  const request = { ...sizes, AvailabilityZones, ...source, ...change, AutoScalingGroupName }
  await clients.autoscaling.send(new CreateAutoScalingGroupCommand(request))
  return AutoScalingGroupName
}

export async function groupOf({ autoscaling }: Clients, name = 'web'): Promise<AutoScalingGroup> {
  const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] })
  const { AutoScalingGroups: [group] = [] } = await autoscaling.send(command)
  if (!group) throw new Error(`no group ${name}`)
  return group
}

export const membersOf = async (clients: Clients, name?: string): Promise<Instance[]> =>
  (await groupOf(clients, name)).Instances ?? []

export const memberIdsOf = async (clients: Clients, name?: string): Promise<string[]> =>
  (await membersOf(clients, name)).flatMap(({ InstanceId: id }) => id ?? [])

/** The latest first. */
export async function activitiesOf({ autoscaling }: Clients, name = 'web'): Promise<Activity[]> {
  const command = new DescribeScalingActivitiesCommand({ AutoScalingGroupName: name })
  return (await autoscaling.send(command)).Activities ?? []
}
