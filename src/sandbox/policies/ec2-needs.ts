import type { RunInstancesRequest, TagSpecification } from '@aws-sdk/client-ec2'
import type { Call } from '../handler.ts'
import { textsIn } from '../server/texts.ts'
import type { Region } from '../world/region.ts'
import type { Context } from './conditions.ts'
import type { Need } from './decide.ts'
import { volumeFacts, withResource } from './ec2-resource-context.ts'
import { anyEc2Arn, ec2Arn, resourceTypesOf, typeOfId } from './ec2-resource-types.ts'
import { launchNeeds } from './launch-needs.ts'
import { requestContext, tagsOf, withKeys, withRequestTags } from './request-context.ts'

/** What policies look at in a request of EC2, whichever it is. */
interface Ec2Input {
  readonly TagSpecifications?: readonly TagSpecification[]
  /** Of CreateTags and DeleteTags. */
  readonly Tags?: unknown
  /** Of CopyImage and CopySnapshot: where the source is. */
  readonly SourceRegion?: string
  readonly Encrypted?: boolean
  readonly Size?: number
  readonly VolumeType?: string
  readonly LaunchTemplateName?: string
  readonly KeyName?: string
  readonly GroupName?: string
}

/**
 * What a request of EC2 needs: its own action on each resource that it names or makes, and CreateTags for what it tags
 * in making.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
 */
export function ec2Needs(operation: string, input: Ec2Input, call: Call): Need[] {
  const action = `ec2:${operation}`
  const context = ec2Context(call)
  const launch = operation === 'RunInstances' ? launchNeeds(input as RunInstancesRequest, call, context) : undefined
  return [
    ...(launch ?? plainNeeds(operation, input, call, context)),
    ...taggingNeeds(operation, input, call, context)
  ].map(need => ({ action, ...need }))
}

/** What is known of every request of EC2. */
const ec2Context = (call: Call): Context => withKeys(requestContext(call), { 'ec2:Region': call.region.name })

/** What it takes to do something with one existing resource. */
export function needOn(action: string, id: string, call: Call): Need {
  const { region, account } = call
  return { action, resource: ec2Arn(id, region, account), context: withResource(ec2Context(call), region, id, account) }
}

type PlainNeed = Omit<Need, 'action'> & { action?: string }

function plainNeeds(operation: string, input: Ec2Input, call: Call, context: Context): PlainNeed[] {
  const types = resourceTypesOf(operation)
  const { account, region } = call
  const ids = idsIn(input, call).filter(id => types?.named.includes(typeOfId(id) ?? ''))
  const tagged = input.Tags ? withRequestTags(context, tagsOf(input.Tags)) : context
  const source = sourceRegion(input, call)
  const named = ids.map(id => ({
    resource: ec2Arn(id, source ?? region, account),
    context: withResource(tagged, source ?? region, id, account)
  }))
  const unnamed = (types?.needed ?? []).filter(type => !ids.some(id => typeOfId(id) === type))
  const any = unnamed.map(type => ({ resource: anyEc2Arn(type, region.name, account), context }))
  const made = (types?.made ?? []).map(type => ({
    resource: anyEc2Arn(type, region.name, account),
    context: withRequestTags(withMade(type, input, context), tagsFor(type, input))
  }))
  const needs = [...named, ...any, ...made]
  return needs.length > 0 ? needs : [{ resource: '*', context }]
}

/** The ids that a request names, also those of resources that it calls by name. */
function idsIn(input: Ec2Input, { region, account }: Call): string[] {
  const { LaunchTemplateName, KeyName, GroupName } = input
  const isOwn = ({ ownerId }: { ownerId: string }) => ownerId === account
  const byName = [
    ...[...region.launchTemplates.values()]
      .filter(each => isOwn(each) && each.template.LaunchTemplateName === LaunchTemplateName)
      .map(({ template }) => template.LaunchTemplateId),
    ...[...region.keyPairs.values()]
      .filter(each => isOwn(each) && each.keyPair.KeyName === KeyName)
      .map(({ keyPair }) => keyPair.KeyPairId),
    ...[...region.securityGroups.values()]
      .filter(each => isOwn(each) && each.group.GroupName === GroupName)
      .map(({ group }) => group.GroupId)
  ]
  return [...new Set([...textsIn(input), ...byName])]
}

function sourceRegion({ SourceRegion: name }: Ec2Input, { world, region }: Call): Region | undefined {
  return name === undefined ? region : world.usedRegion(name)
}

/** What is known of a resource that is yet to be made. */
function withMade(type: string, { Encrypted, Size, VolumeType }: Ec2Input, context: Context): Context {
  if (type === 'volume') return withKeys(context, volumeFacts({ Encrypted, VolumeSize: Size, VolumeType }))
  return type === 'snapshot' ? withKeys(context, volumeFacts({ Encrypted })) : context
}

/** The tags that a request gives to resources of this type in making them. */
export const tagsFor = (type: string, { TagSpecifications: specifications = [] }: Ec2Input): Map<string, string> =>
  new Map(specifications.filter(each => each.ResourceType === type).flatMap(each => [...tagsOf(each.Tags)]))

function taggingNeeds(operation: string, input: Ec2Input, call: Call, context: Context): PlainNeed[] {
  const types = new Set((input.TagSpecifications ?? []).flatMap(each => (each.Tags?.length ? [each.ResourceType] : [])))
  return [...types].map(type => ({
    action: 'ec2:CreateTags',
    resource: anyEc2Arn(String(type), call.region.name, call.account),
    context: withKeys(withRequestTags(context, tagsFor(String(type), input)), { 'ec2:CreateAction': operation })
  }))
}
