import type { InstanceRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'
import type { LaunchTemplateRecord } from '../launch-templates/record.ts'
import type { ReferenceScope } from './options.ts'

/** A resource of an account that names an image. */
export interface FoundReference {
  readonly type: 'ec2:Instance' | 'ec2:LaunchTemplate' | 'ssm:Parameter'
  readonly arn: string
}

/** Whose resources, of which region. */
interface Place {
  readonly account: string
  readonly region: Pick<Region, 'name' | 'instances' | 'launchTemplates' | 'parameters'>
}

/** The resources of an account in a region that name an image. */
export function findReferences(imageId: string, place: Place, scope: ReferenceScope): FoundReference[] {
  const { types } = scope
  return [
    ...(types.has('ec2:Instance') ? findInstances(imageId, place, scope) : []),
    ...(types.has('ec2:LaunchTemplate') ? findTemplates(imageId, place, scope) : []),
    ...(types.has('ssm:Parameter') ? findParameters(imageId, place) : [])
  ]
}

function findInstances(imageId: string, place: Place, { states }: ReferenceScope): FoundReference[] {
  const isMeant = ({ instance }: InstanceRecord) =>
    instance.ImageId === imageId && (states?.includes(instance.State?.Name ?? '') ?? true)
  return ownOf(place.region.instances, place)
    .filter(isMeant)
    .map(({ instance }) => ({ type: 'ec2:Instance', arn: arnOf('ec2', `instance/${instance.InstanceId}`, place) }))
}

/** By id only: what an alias stands for is not looked up. */
function findTemplates(imageId: string, place: Place, { versionDepth }: ReferenceScope): FoundReference[] {
  const names = ({ versions }: LaunchTemplateRecord) =>
    [...versions.values()]
      .sort((a, b) => b.VersionNumber - a.VersionNumber)
      .slice(0, versionDepth)
      .some(({ LaunchTemplateData: data }) => data.ImageId === imageId)
  return ownOf(place.region.launchTemplates, place)
    .filter(names)
    .map(({ template: { LaunchTemplateId: id } }) => ({
      type: 'ec2:LaunchTemplate',
      arn: arnOf('ec2', `launch-template/${id}`, place)
    }))
}

function findParameters(imageId: string, place: Place): FoundReference[] {
  return ownOf(place.region.parameters, place)
    .filter(({ parameter }) => parameter.DataType === 'aws:ec2:image' && parameter.Value === imageId)
    .map(({ parameter: { Name } }) => ({
      type: 'ssm:Parameter',
      arn: arnOf('ssm', `parameter/${Name?.replace(/^\//, '')}`, place)
    }))
}

const ownOf = <T extends { readonly ownerId: string }>(all: ReadonlyMap<string, T>, { account }: Place): T[] =>
  [...all.values()].filter(({ ownerId }) => ownerId === account)

const arnOf = (service: string, resource: string, { account, region }: Place): string =>
  `arn:aws:${service}:${region.name}:${account}:${resource}`
