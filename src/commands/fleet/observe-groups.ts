import {
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  DescribeLaunchConfigurationsCommand,
  type LaunchTemplateSpecification
} from '@aws-sdk/client-auto-scaling'
import type { Aws, Clients } from '../../aws/aws.ts'
import { inParts, readPages, whenNotBusy } from './read-pages.ts'

/** What an Auto Scaling group launches from: templates, or images that it names itself. */
export interface GroupFacts {
  readonly name: string
  readonly templates: readonly NamedVersion[]
  /** Image ids, of a launch configuration and of overrides. */
  readonly images: readonly string[]
  /** Of a launch configuration that is not there. */
  readonly isBroken: boolean
  readonly by: string
}

export interface NamedVersion {
  /** The id of a template, or its name. */
  readonly template: string
  /** A number, `$Default` or `$Latest`. */
  readonly version: string
}

const PAGE_SIZE = 100
const MAX_NAMES = 50

/** Every Auto Scaling group, without its instances. */
export async function readGroups(aws: Aws, clients: Clients): Promise<GroupFacts[]> {
  const { autoscaling, region } = clients
  const groups: AutoScalingGroup[] = []
  const request = { MaxRecords: PAGE_SIZE, IncludeInstances: false }
  const read = (from: object) => autoscaling.send(new DescribeAutoScalingGroupsCommand({ ...request, ...from }))
  for await (const { AutoScalingGroups = [] } of readPages(aws, `the Auto Scaling groups of ${region}`, read)) {
    groups.push(...AutoScalingGroups)
  }
  const configurations = await readConfigurations(aws, clients, groups)
  return groups.map(group => toFacts(group, configurations))
}

async function readConfigurations(
  aws: Aws,
  { autoscaling, region }: Clients,
  groups: readonly AutoScalingGroup[]
): Promise<Map<string, string>> {
  const names = [...new Set(groups.flatMap(({ LaunchConfigurationName: name }) => name ?? []))]
  const read = async (LaunchConfigurationNames: string[]) => {
    const command = new DescribeLaunchConfigurationsCommand({ LaunchConfigurationNames })
    const found = await whenNotBusy(aws, `the launch configurations of ${region}`, () => autoscaling.send(command))
    return found.LaunchConfigurations ?? []
  }
  const found = (await Promise.all(inParts(names, MAX_NAMES).map(read))).flat()
  return new Map(found.map(({ LaunchConfigurationName: name = '', ImageId: image = '' }) => [name, image]))
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateOverrides.html */
function toFacts(group: AutoScalingGroup, configurations: ReadonlyMap<string, string>): GroupFacts {
  const { LaunchConfigurationName: configuration, LaunchTemplate: template, MixedInstancesPolicy: policy } = group
  const { LaunchTemplateSpecification: common, Overrides: overrides = [] } = policy?.LaunchTemplate ?? {}
  const specifications = [template, common, ...overrides.map(each => each.LaunchTemplateSpecification)]
  const configured = configuration === undefined ? undefined : configurations.get(configuration)
  const named = specifications.flatMap(each => (each ? [toNamed(each)] : []))
  return {
    name: group.AutoScalingGroupName ?? '',
    templates: named,
    images: [configured, ...overrides.map(({ ImageId: image }) => image)].flatMap(image => image ?? []),
    isBroken: configuration !== undefined && !configured,
    by: configuration ? `launch configuration ${configuration}` : sayTemplates(specifications)
  }
}

const toNamed = ({ LaunchTemplateId: id, LaunchTemplateName: name = '', Version }: LaunchTemplateSpecification) => ({
  template: id ?? name,
  version: Version ?? '$Default'
})

function sayTemplates(specifications: readonly (LaunchTemplateSpecification | undefined)[]): string {
  const said = specifications.flatMap(each =>
    each ? [`launch template ${each.LaunchTemplateName ?? each.LaunchTemplateId}, ${each.Version ?? '$Default'}`] : []
  )
  return [...new Set(said)].join('; ')
}
