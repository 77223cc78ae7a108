import { type AutoScalingGroup, paginateDescribeAutoScalingGroups } from '@aws-sdk/client-auto-scaling'
import { paginateDescribeInstances } from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../aws/aws.ts'
import { AmiError } from '../../errors.ts'
import type { PlacePlan } from './plan.ts'

/** What goes on with the bad image at a place, for nothing that a rollback changes reaches it; as sentences. */
export async function findLeftBehind(aws: Aws, { place, from }: PlacePlan, template?: string): Promise<string[]> {
  const clients = aws.as(place.account).in(place.region)
  const found = await Promise.all([
    from ? sayUnlessDenied(() => sayInstances(clients, from)) : [],
    template ? sayUnlessDenied(() => sayGroups(clients, template)) : []
  ])
  return found.flat()
}

async function sayUnlessDenied(say: () => Promise<string[]>): Promise<string[]> {
  try {
    return await say()
  } catch (error) {
    if (error instanceof AmiError && error.code === 'PERMISSION')
      return [`not known, for lack of a permission: ${error.message}`]
    throw error
  }
}

async function sayInstances({ ec2 }: Clients, imageId: string): Promise<string[]> {
  const Filters = [
    { Name: 'image-id', Values: [imageId] },
    { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] }
  ]
  let count = 0
  const pages = paginateDescribeInstances({ client: ec2, pageSize: 1_000 }, { Filters })
  for await (const { Reservations = [] } of pages)
    count += Reservations.flatMap(({ Instances = [] }) => Instances).length
  const instances = count === 1 ? 'one instance runs' : `${count} instances run`
  return count === 0 ? [] : [`${instances} from ${imageId} on: replace them`]
}

async function sayGroups({ autoscaling }: Clients, template: string): Promise<string[]> {
  const pinned: string[] = []
  for await (const { AutoScalingGroups = [] } of paginateDescribeAutoScalingGroups({ client: autoscaling }, {}))
    pinned.push(...AutoScalingGroups.flatMap(group => sayPinned(group, template)))
  return pinned
}

/** A group that names a version of the template by its number does not follow the default. */
function sayPinned(group: AutoScalingGroup, template: string): string[] {
  const named = group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification
  const isOurs = named?.LaunchTemplateName === template || named?.LaunchTemplateId === template
  const version = named?.Version ?? '$Default'
  if (!isOurs || version === '$Default') return []
  return [
    `the Auto Scaling group ${group.AutoScalingGroupName} launches version ${version} of ${template}, not the default`
  ]
}
