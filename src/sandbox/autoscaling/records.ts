import type {
  Activity,
  AutoScalingGroup,
  Instance,
  InstanceRefresh,
  LaunchConfiguration,
  LifecycleState,
  WarmPoolConfiguration
} from '@aws-sdk/client-auto-scaling'

export interface LaunchConfigurationRecord {
  readonly ownerId: string
  readonly configuration: LaunchConfiguration & {
    LaunchConfigurationName: string
    LaunchConfigurationARN: string
    ImageId: string
    InstanceType: string
  }
}

/** What a group launches from: one of the three. */
export type LaunchSource = Pick<AutoScalingGroup, 'LaunchConfigurationName' | 'LaunchTemplate' | 'MixedInstancesPolicy'>

/** An instance of a group, in service or in its warm pool. */
export interface Member {
  readonly instance: Instance & {
    InstanceId: string
    InstanceType: string
    AvailabilityZone: string
    LifecycleState: LifecycleState
  }
  /** The activity that launches or terminates it. */
  activityId: string
  /** When it is warmed up; undefined until it is in service. */
  readyAt?: Date
  /** Until when its status checks do not count; undefined until it is in service. */
  gracedUntil?: Date
}

export interface GroupTag {
  readonly value: string
  readonly propagates: boolean
}

/** An instance refresh, and what the API never shows of it. */
export interface RefreshRecord {
  readonly refresh: InstanceRefresh & { InstanceRefreshId: string; StartTime: Date }
  /** The instances that it has still to replace. */
  outstanding: Set<string>
  /** How many it had to replace at first. */
  total: number
  /** The instances that have been launched from its desired configuration. */
  readonly launched: Set<string>
  /** Until when it waits for scale-in protection to be taken off. */
  waitsUntil?: Date
  /** When its bake time is over. */
  bakedAt?: Date
}

export interface GroupRecord {
  readonly ownerId: string
  /** Without what is kept beside it: instances, tags, warm pool. */
  readonly group: Omit<AutoScalingGroup, 'Instances' | 'Tags'> & {
    AutoScalingGroupName: string
    AutoScalingGroupARN: string
    MinSize: number
    MaxSize: number
    DesiredCapacity: number
    AvailabilityZones: string[]
  }
  /** By key. */
  readonly tags: Map<string, GroupTag>
  /** By instance id. */
  readonly members: Map<string, Member>
  readonly suspended: Set<string>
  /** Oldest first. */
  readonly refreshes: RefreshRecord[]
  warmPool?: WarmPoolConfiguration | undefined
  /** After launches that failed: how many, and when the next is due. */
  retry?: { readonly failures: number; readonly at: Date } | undefined
}

export type ActivityRecord = Activity & {
  ActivityId: string
  AutoScalingGroupName: string
  AutoScalingGroupARN: string
  StartTime: Date
}
