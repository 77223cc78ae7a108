import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  ResourceType
} from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import { compileFilters } from '../world/filters.ts'
import { ID_KINDS, type IdKindName } from '../world/ids.ts'
import { paginate } from '../world/pages.ts'
import type { Resource } from '../world/records.ts'
import type { Region } from '../world/region.ts'
import { stopDryRun } from './dryrun.ts'
import { find } from './lookup.ts'
import { addTags, reserved } from './tags.ts'

interface TaggableKind {
  readonly kind: IdKindName
  readonly type: ResourceType
  readonly of: (region: Region) => ReadonlyMap<string, Resource>
}

/** Where the taggable resources of a region are. */
const KINDS: readonly TaggableKind[] = [
  { kind: 'image', type: 'image', of: region => region.images },
  { kind: 'snapshot', type: 'snapshot', of: region => region.snapshots },
  { kind: 'volume', type: 'volume', of: region => region.volumes },
  { kind: 'instance', type: 'instance', of: region => region.instances },
  { kind: 'networkInterface', type: 'network-interface', of: region => region.networkInterfaces },
  { kind: 'vpc', type: 'vpc', of: region => region.vpcs },
  { kind: 'subnet', type: 'subnet', of: region => region.subnets },
  { kind: 'securityGroup', type: 'security-group', of: region => region.securityGroups },
  { kind: 'keyPair', type: 'key-pair', of: region => region.keyPairs },
  { kind: 'launchTemplate', type: 'launch-template', of: region => region.launchTemplates },
  { kind: 'spotRequest', type: 'spot-instances-request', of: region => region.spotRequests },
  { kind: 'usageReport', type: 'image-usage-report', of: region => region.usageReports },
  { kind: 'fleet', type: 'fleet', of: region => region.fleets },
  { kind: 'spotFleet', type: 'spot-fleet-request', of: region => region.spotFleets }
]

/**
 * Adds tags to resources of the caller, or overwrites them; also to those in the Recycle Bin. All of them or none.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html
 */
const createTags: Handler<CreateTagsRequest, undefined> = (input, call) => {
  if (!input.Tags?.length) throw missingParameter('Tag')
  const resources = findResources(input.Resources, call)
  const after = resources.map(resource => new Map(resource.tags))
  for (const tags of after) addTags(tags, input.Tags)
  stopDryRun(input)
  for (const resource of resources) addTags(resource.tags, input.Tags)
  return undefined
}

/**
 * Without tags it deletes all but those of AWS, with a key all of its values, with key and value only that pair.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
 */
const deleteTags: Handler<DeleteTagsRequest, undefined> = (input, call) => {
  const resources = findResources(input.Resources, call)
  if (input.Tags?.some(({ Key: key }) => key?.startsWith('aws:'))) throw reserved()
  stopDryRun(input)
  for (const { tags } of resources) {
    const own = [...tags.keys()].filter(key => !key.startsWith('aws:'))
    const listed = input.Tags ?? own.map(Key => ({ Key, Value: undefined }))
    for (const { Key = '', Value } of listed) if (Value === undefined || tags.get(Key) === Value) tags.delete(Key)
  }
  return undefined
}

/**
 * Lists the tags of the caller's resources, also of those in the Recycle Bin.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html
 */
const describeTags: Handler<DescribeTagsRequest, DescribeTagsResult> = (input, call) => {
  stopDryRun(input)
  const all = tagged(call.region).flatMap(({ type, id, resource }) =>
    resource.ownerId === call.account
      ? [...resource.tags].map(([Key, Value]) => ({
          Key,
          Value,
          ResourceId: id,
          ResourceType: type,
          tags: new Map([[Key, Value]])
        }))
      : []
  )
  const passes = compileFilters<(typeof all)[number]>(input.Filters, {
    key: tag => tag.Key,
    value: tag => tag.Value,
    'resource-id': tag => tag.ResourceId,
    'resource-type': tag => tag.ResourceType
  })
  const { page, NextToken } = paginate(all.filter(passes), input, { min: 5 })
  return { Tags: page, ...(NextToken && { NextToken }) }
}

interface Tagged {
  readonly type: ResourceType
  readonly id: string
  readonly resource: Resource
}

const tagged = (region: Region): Tagged[] => [
  ...KINDS.flatMap(({ type, of }) => [...of(region)].map(([id, resource]) => ({ type, id, resource }))),
  ...[...region.recycledImages].map(([id, { kept }]) => ({ type: 'image' as const, id, resource: kept })),
  ...[...region.recycledSnapshots].map(([id, { kept }]) => ({ type: 'snapshot' as const, id, resource: kept }))
]

/** Also in the Recycle Bin a resource's tags can be changed. */
function findResources(ids: readonly string[] | undefined, call: Call): Resource[] {
  if (!ids?.length) throw missingParameter('ResourceId')
  return ids.map(id => {
    const found = KINDS.find(({ kind }) => id.startsWith(`${ID_KINDS[kind].prefix}-`))
    if (!found) throw new ServiceError('InvalidID', `The ID '${id.slice(0, 60)}' is not valid`)
    const { kept } = call.region.recycledImages.get(id) ?? call.region.recycledSnapshots.get(id) ?? {}
    if (kept?.ownerId === call.account) return kept
    return find(found.kind, id, found.of(call.region), ({ ownerId }) => ownerId === call.account)
  })
}

export const taggingHandlers = {
  CreateTags: createTags,
  DeleteTags: deleteTags,
  DescribeTags: describeTags
} satisfies Handlers
