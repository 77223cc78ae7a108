import {
  DescribeInstancesCommand,
  type DescribeInstancesRequest,
  DescribeSpotInstanceRequestsCommand,
  type Filter,
  type Instance
} from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../aws/aws.ts'
import { isOwnLaunch } from '../../image/client-token.ts'
import { TAGS } from '../../image/tags.ts'
import type { InstanceFacts } from './facts.ts'
import { toDate } from './judge-instance.ts'
import { readPages } from './read-pages.ts'

/** Tags that spare an instance: by name, the value or `*`. */
export type Exclusions = Readonly<Record<string, string>>

/** Of EC2's 1,000 at the most: what the SDK makes of a page takes ten times its size while it is read. */
const PAGE_SIZE = 250
const LIVE: Filter = { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] }

/**
 * All instances that are not ended, those that services manage and hide as well; or those of the ids, of which one that is
 * gone is no error.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
 */
export async function readInstances(
  aws: Aws,
  { ec2, region }: Clients,
  exclusions: Exclusions,
  ids?: readonly string[]
): Promise<InstanceFacts[]> {
  const found: InstanceFacts[] = []
  const request: DescribeInstancesRequest = {
    IncludeManagedResources: true,
    MaxResults: PAGE_SIZE,
    Filters: ids ? [LIVE, { Name: 'instance-id', Values: [...ids] }] : [LIVE]
  }
  const read = (from: object) => ec2.send(new DescribeInstancesCommand({ ...request, ...from }))
  for await (const { Reservations = [] } of readPages(aws, `the instances of ${region}`, read)) {
    for (const { Instances = [] } of Reservations) found.push(...Instances.map(each => toFacts(each, exclusions)))
  }
  return found
}

/** The instances of spot requests that are for one launch only: EC2 does not stop these. */
export async function readOneTimeSpot(
  aws: Aws,
  { ec2, region }: Clients,
  instances: readonly InstanceFacts[]
): Promise<Set<string>> {
  const found = new Set<string>()
  if (!instances.some(({ isSpot }) => isSpot)) return found
  const Filters = [
    { Name: 'type', Values: ['one-time'] },
    { Name: 'state', Values: ['active'] }
  ]
  const read = (from: object) =>
    ec2.send(new DescribeSpotInstanceRequestsCommand({ Filters, MaxResults: PAGE_SIZE, ...from }))
  for await (const { SpotInstanceRequests = [] } of readPages(aws, `the spot requests of ${region}`, read)) {
    for (const { InstanceId: id } of SpotInstanceRequests) if (id) found.add(id)
  }
  return found
}

function toFacts(instance: Instance, exclusions: Exclusions): InstanceFacts {
  const tags = new Map((instance.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
  const group = tags.get('aws:autoscaling:groupName')
  const [since, stoppedAt] = [toDate(tags.get(TAGS.unapproved)), toDate(tags.get(TAGS.stopped))]
  const { Operator: operator } = instance
  return {
    instanceId: instance.InstanceId ?? '',
    imageId: instance.ImageId ?? '',
    name: tags.get('Name') ?? '',
    state: instance.State?.Name ?? '',
    zone: instance.Placement?.AvailabilityZone ?? '',
    launchedAt: instance.LaunchTime ?? new Date(0),
    isOwn: isOwnLaunch(instance),
    isExcluded: Object.entries(exclusions).some(
      ([key, value]) => tags.has(key) && ['*', tags.get(key)].includes(value)
    ),
    isSpot: instance.InstanceLifecycle === 'spot',
    hasEbsRoot: instance.RootDeviceType === 'ebs',
    hasVolumes: (instance.BlockDeviceMappings ?? []).length > 0,
    ...(group && { group }),
    ...(operator?.Managed && { managedBy: operator.Principal ?? 'a service' }),
    ...(since && { unapprovedSince: since }),
    ...(stoppedAt && { stoppedAt })
  }
}
