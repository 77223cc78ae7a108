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
import { paginate } from '../world/pages.ts'
import type { Resource } from '../world/records.ts'
import type { Region } from '../world/region.ts'
import { stopDryRun } from './dryrun.ts'
import { addTags } from './tags.ts'

/** Where the taggable resources of a region are, by the prefix of their ids. */
const KINDS: Readonly<Record<string, { type: ResourceType; of: (region: Region) => ReadonlyMap<string, Resource> }>> = {
  ami: { type: 'image', of: region => region.images },
  snap: { type: 'snapshot', of: region => region.snapshots },
  vol: { type: 'volume', of: region => region.volumes },
  i: { type: 'instance', of: region => region.instances },
  eni: { type: 'network-interface', of: region => region.networkInterfaces },
  vpc: { type: 'vpc', of: region => region.vpcs },
  subnet: { type: 'subnet', of: region => region.subnets },
  sg: { type: 'security-group', of: region => region.securityGroups }
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html */
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
 * Without tags it deletes all of them, with a key all of its values, with key and value only that pair.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
 */
const deleteTags: Handler<DeleteTagsRequest, undefined> = (input, call) => {
  const resources = findResources(input.Resources, call)
  stopDryRun(input)
  for (const { tags } of resources) {
    const listed = input.Tags ?? [...tags.keys()].map(Key => ({ Key, Value: undefined }))
    for (const { Key = '', Value } of listed) if (Value === undefined || tags.get(Key) === Value) tags.delete(Key)
  }
  return undefined
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html */
const describeTags: Handler<DescribeTagsRequest, DescribeTagsResult> = (input, call) => {
  stopDryRun(input)
  const all = Object.values(KINDS).flatMap(({ type, of }) =>
    [...of(call.region)].flatMap(([ResourceId, resource]) =>
      resource.ownerId === call.account
        ? [...resource.tags].map(([Key, Value]) => ({
            Key,
            Value,
            ResourceId,
            ResourceType: type,
            tags: resource.tags
          }))
        : []
    )
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

function findResources(ids: readonly string[] | undefined, call: Call): Resource[] {
  if (!ids?.length) throw missingParameter('ResourceId')
  return ids.map(id => {
    const kind = KINDS[id.slice(0, id.indexOf('-'))]
    if (!kind) throw new ServiceError('InvalidID', `The ID '${id.slice(0, 60)}' is not valid`)
    const resource = kind.of(call.region).get(id)
    if (resource?.ownerId === call.account) return resource
    throw new ServiceError('InvalidID', `The ${kind.type} ID '${id}' is not valid`)
  })
}

export const taggingHandlers = {
  CreateTags: createTags,
  DeleteTags: deleteTags,
  DescribeTags: describeTags
} satisfies Handlers
