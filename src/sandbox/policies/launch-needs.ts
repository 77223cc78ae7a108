import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { type LaunchPlan, planLaunch } from '../ec2/instances/plan-launch.ts'
import { withTemplate } from '../ec2/launch-templates/launch-request.ts'
import { ServiceError } from '../errors.ts'
import type { Call } from '../handler.ts'
import type { Context } from './conditions.ts'
import type { Need } from './decide.ts'
import { volumeFacts, withResource } from './ec2-resource-context.ts'
import { anyEc2Arn, ec2Arn } from './ec2-resource-types.ts'
import { withKeys, withRequestTags } from './request-context.ts'

type ResourceNeed = Omit<Need, 'action'>

/**
 * The resources that a launch is authorized on: image, subnets and security groups, also those that are chosen for it,
 * and the instance, volumes and network interfaces that it makes. Undefined for a launch that EC2 refuses anyway.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances
 */
export function launchNeeds(input: RunInstancesRequest, call: Call, context: Context): ResourceNeed[] | undefined {
  const plan = attempt(() => planLaunch(input, call))
  if (!plan) return undefined
  const { region, account } = call
  const named = (id: string) => ({
    resource: ec2Arn(id, region, account),
    context: withResource(context, region, id, account)
  })
  const made = (type: string, tags: ReadonlyMap<string, string>, facts: Record<string, string | undefined>) => ({
    resource: anyEc2Arn(type, region.name, account),
    context: withRequestTags(withKeys(context, facts), tags)
  })
  return [
    made('instance', plan.tags.instance, instanceFacts(plan)),
    ...namedIn(plan).map(named),
    made('network-interface', plan.tags.networkInterface, {}),
    ...plan.volumes.map(({ spec }) => made('volume', plan.tags.volume, wantedVolume(spec))),
    // A spot request needs a permission of its own only where it is tagged.
    ...(plan.tags.spotRequest.size > 0 ? [made('spot-instances-request', plan.tags.spotRequest, {})] : [])
  ]
}

/** A launch with what its template says; one that names a template which is not there stays as it is. */
export const withTemplateIfAny = (input: RunInstancesRequest, call: Call): RunInstancesRequest =>
  attempt(() => withTemplate(input, call)) ?? input

function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    if (error instanceof ServiceError) return undefined
    throw error
  }
}

/** Ids that the launch stands on, whoever has chosen them. */
function namedIn({ request, image, interfaces, keyPair }: LaunchPlan): string[] {
  const ids = [
    image.image.ImageId,
    ...interfaces.map(({ subnet }) => subnet.subnet.SubnetId),
    ...interfaces.flatMap(({ groups }) => groups.map(({ group }) => group.GroupId)),
    ...(request.BlockDeviceMappings ?? []).map(({ Ebs: ebs }) => ebs?.SnapshotId),
    request.LaunchTemplate?.LaunchTemplateId,
    keyPair?.KeyPairId
  ]
  return [...new Set(ids)].filter(id => id !== undefined)
}

const instanceFacts = ({ type, metadataOptions, profile }: LaunchPlan): Record<string, string | undefined> => ({
  'ec2:InstanceType': type.name,
  'ec2:MetadataHttpTokens': metadataOptions.HttpTokens,
  'ec2:InstanceProfile': profile?.Arn
})

const wantedVolume = ({ encrypted, sizeGiB, type }: LaunchPlan['volumes'][number]['spec']) =>
  volumeFacts({ Encrypted: encrypted, VolumeSize: sizeGiB, VolumeType: type })
