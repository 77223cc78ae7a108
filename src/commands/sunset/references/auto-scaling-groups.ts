import {
  type AutoScalingGroup,
  DescribeInstanceRefreshesCommand,
  type MixedInstancesPolicy,
  paginateDescribeAutoScalingGroups
} from '@aws-sdk/client-auto-scaling'
import type { Clients } from '../../../aws/aws.ts'
import { collect, eachOf, type Source } from './source.ts'
import { type Spec, usesOf } from './specs.ts'

/**
 * What Auto Scaling groups launch from, also those with no instance: their template, mixed policies with all overrides, and
 * what a refresh under way changes them to.
 */
export const AUTO_SCALING_GROUPS: Source = {
  name: 'auto-scaling-groups',
  read: async reading => {
    const { clients } = reading
    const pages = paginateDescribeAutoScalingGroups({ client: clients.autoscaling, pageSize: 100 }, {})
    const groups = await collect(pages, page => page.AutoScalingGroups)
    // A group without instances has none to refresh.
    const standing = groups.filter(({ Instances: instances = [] }) => instances.length > 0)
    const refreshes = await eachOf(standing, group => readRefreshes(clients, group))
    return usesOf(reading, [...groups.flatMap(specsOf), ...refreshes.flat()])
  }
}

const sayGroup = ({ AutoScalingGroupName: name }: AutoScalingGroup): string => `the Auto Scaling group ${name}`

function specsOf(group: AutoScalingGroup): Spec[] {
  const by = sayGroup(group)
  const instances = (group.Instances ?? []).map(({ LaunchTemplate: template }) => ({ by, template }))
  return [{ by, template: group.LaunchTemplate }, ...mixedSpecs(by, group.MixedInstancesPolicy), ...instances]
}

function mixedSpecs(by: string, { LaunchTemplate: mixed }: MixedInstancesPolicy = {}): Spec[] {
  const overrides = (mixed?.Overrides ?? []).map(({ LaunchTemplateSpecification: template, ImageId: image }) => ({
    by,
    template,
    image
  }))
  return [{ by, template: mixed?.LaunchTemplateSpecification }, ...overrides]
}

const OVER = new Set(['Successful', 'Cancelled', 'RollbackSuccessful'])

async function readRefreshes({ autoscaling }: Clients, group: AutoScalingGroup): Promise<Spec[]> {
  const command = new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: group.AutoScalingGroupName })
  const { InstanceRefreshes: refreshes = [] } = await autoscaling.send(command)
  const by = `a refresh of ${sayGroup(group)}`
  return refreshes
    .filter(({ Status: status = '' }) => !OVER.has(status))
    .flatMap(({ DesiredConfiguration: desired }) =>
      desired ? [{ by, template: desired.LaunchTemplate }, ...mixedSpecs(by, desired.MixedInstancesPolicy)] : []
    )
}
