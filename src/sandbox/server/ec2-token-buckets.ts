/** A bucket of tokens: how many it holds, and how many it gets per second. */
export interface BucketSize {
  readonly capacity: number
  readonly perSecond: number
}

const size = (capacity: number, perSecond: number): BucketSize => ({ capacity, perSecond })

/**
 * The sizes of EC2's request token buckets for actions on images, snapshots, volumes, instances and what refers to
 * them. Each action has a bucket of its own, per account and region; the size is its category's.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 */
export const CATEGORIES = {
  nonMutating: size(100, 20),
  unfilteredAndUnpaginated: size(50, 10),
  mutating: size(50, 5)
} as const

/** Non-mutating actions with a smaller bucket for requests that have neither a filter nor a page size. */
export const UNFILTERED_AND_UNPAGINATED = new Set([
  'DescribeInstances',
  'DescribeInstanceStatus',
  'DescribeNetworkInterfaces',
  'DescribeSecurityGroups',
  'DescribeSnapshots',
  'DescribeSpotInstanceRequests',
  'DescribeVolumes'
])

/** Actions with a size of their own. Those that the document calls resource-intensive have that of mutating ones. */
export const UNCATEGORIZED: Readonly<Record<string, BucketSize>> = {
  AssociateIamInstanceProfile: size(100, 5),
  CopyImage: size(100, 1),
  CreateLaunchTemplateVersion: size(100, 5),
  CreateNetworkInterface: size(100, 5),
  CreateRestoreImageTask: size(50, 0.1),
  CreateSnapshot: size(100, 5),
  CreateSnapshots: size(100, 5),
  CreateSpotDatafeedSubscription: size(50, 3),
  CreateStoreImageTask: size(50, 0.1),
  CreateTags: size(100, 10),
  CreateVolume: size(100, 5),
  DeleteNetworkInterface: size(100, 5),
  DeleteSnapshot: size(100, 5),
  DeleteSpotDatafeedSubscription: size(50, 3),
  DeleteTags: size(100, 10),
  DeleteVolume: size(100, 5),
  DeregisterImage: size(100, 5),
  DescribeSpotDatafeedSubscription: size(100, 13),
  DescribeSpotFleetInstances: size(100, 5),
  DescribeSpotFleetRequestHistory: size(100, 5),
  DescribeSpotFleetRequests: size(50, 3),
  DescribeStoreImageTasks: size(50, 0.5),
  DisableFastLaunch: size(5, 2),
  DisableImageBlockPublicAccess: size(1, 0.1),
  DisableSnapshotBlockPublicAccess: size(1, 0.1),
  DisassociateIamInstanceProfile: size(100, 5),
  EnableFastLaunch: size(5, 2),
  EnableImageBlockPublicAccess: size(1, 0.1),
  EnableSnapshotBlockPublicAccess: size(1, 0.1),
  ModifyImageAttribute: size(100, 5),
  ModifyInstanceMetadataDefaults: size(2, 2),
  ModifyInstanceMetadataOptions: size(100, 5),
  ModifyLaunchTemplate: size(100, 5),
  ModifyNetworkInterfaceAttribute: size(100, 5),
  ModifySnapshotAttribute: size(100, 5),
  RunInstances: size(5, 2),
  StartInstances: size(5, 2),
  TerminateInstances: size(100, 5)
}

/** Beside its request token, an action takes a token for every instance that it concerns from a bucket of this size. */
export const RESOURCE_BUCKETS: Readonly<Record<string, BucketSize>> = {
  RunInstances: size(1000, 2),
  StartInstances: size(1000, 2),
  StopInstances: size(1000, 20),
  TerminateInstances: size(1000, 20)
}
