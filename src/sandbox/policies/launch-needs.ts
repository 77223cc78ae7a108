import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { type LaunchPlan, planLaunch } from '../ec2/instances/plan-launch.ts'
import { ServiceError } from '../errors.ts'
import type { Call } from '../handler.ts'
import type { Context } from './conditions.ts'
import type { Need } from './decide.ts'
import { volumeFacts, withResource } from './ec2-resource-context.ts'
import { ec2Arn } from './ec2-resource-types.ts'
import { withKeys, withRequestTags } from './request-context.ts'

type ResourceNeed = Omit<Need, 'action'>

/**
 * The resources that a launch is authorized on: image, subnets and security groups, also those that are chosen for it,
 * and the instance, volumes and network interfaces that it makes. Undefined for a launch that EC2 refuses anyway.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances
 */
export function launchNeeds(input: RunInstancesRequest, call: Call, context: Context): ResourceNeed[] | undefined {
  const plan = tryPlan(input, call)
  if (!plan) return undefined
  const { region, account } = call
  const arnOf = (type: string, id = '*') => ec2Arn(type, id, region.name, account)
  const named = (type: string, id = '*') => ({
    resource: arnOf(type, id),
    context: withResource(context, region, id, account)
  })
  const made = (type: string, tags: ReadonlyMap<string, string>, facts: Record<string, string | undefined>) => ({
    resource: arnOf(type),
    context: withRequestTags(withKeys(context, facts), tags)
  })
  const { subnet, groups } = networkOf(plan)
  const snapshots = (input.BlockDeviceMappings ?? []).flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? [])
  return [
    made('instance', plan.tags.instance, instanceFacts(plan)),
    named('image', plan.image.image.ImageId),
    ...subnet.map(id => named('subnet', id)),
    ...groups.map(id => named('security-group', id)),
    made('network-interface', plan.tags.networkInterface, {}),
    ...plan.volumes.map(({ spec }) => made('volume', plan.tags.volume, wantedVolume(spec))),
    ...snapshots.map(id => named('snapshot', id)),
    // A spot request needs a permission of its own only where it is tagged.
    ...(plan.tags.spotRequest.size > 0 ? [made('spot-instances-request', plan.tags.spotRequest, {})] : [])
  ]
}

function tryPlan(input: RunInstancesRequest, call: Call): LaunchPlan | undefined {
  try {
    return planLaunch(input, call)
  } catch (error) {
    if (error instanceof ServiceError) return undefined
    throw error
  }
}

function networkOf({ interfaces }: LaunchPlan): { subnet: string[]; groups: string[] } {
  const ids = (list: readonly string[]) => [...new Set(list)]
  return {
    subnet: ids(interfaces.map(({ subnet }) => subnet.subnet.SubnetId)),
    groups: ids(interfaces.flatMap(({ groups }) => groups.map(({ group }) => group.GroupId)))
  }
}

const instanceFacts = ({ type, metadataOptions, profile }: LaunchPlan): Record<string, string | undefined> => ({
  'ec2:InstanceType': type.name,
  'ec2:MetadataHttpTokens': metadataOptions.HttpTokens,
  'ec2:InstanceProfile': profile?.Arn
})

const wantedVolume = ({ encrypted, sizeGiB, type }: LaunchPlan['volumes'][number]['spec']) =>
  volumeFacts({ Encrypted: encrypted, VolumeSize: sizeGiB, VolumeType: type })
