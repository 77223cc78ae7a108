import type { Resource } from '../world/records.ts'
import type { Region } from '../world/region.ts'
import type { Context } from './conditions.ts'
import { withKeys } from './request-context.ts'

const text = (value: string | number | boolean | undefined): string | undefined =>
  value === undefined ? undefined : String(value)

/**
 * A context with what is known of an existing resource of EC2. Its tags are its owner's: others cannot be let in by them.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-policy-keys
 */
export function withResource(context: Context, region: Region, id: string, account: string): Context {
  const record = findResource(region, id)
  if (!record) return context
  const tags = record.ownerId === account ? [...record.tags] : []
  return withKeys(withKeys(context, factsOf(region, id)), {
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
    ...Object.fromEntries(tags.map(([key, value]) => [`ec2:ResourceTag/${key}`, value])),
    ...Object.fromEntries(tags.map(([key, value]) => [`ssm:resourceTag/${key}`, value]))
  })
}

function findResource(region: Region, id: string): Resource | undefined {
  const kinds: readonly ReadonlyMap<string, Resource>[] = [
    region.images,
    region.snapshots,
    region.volumes,
    region.instances,
    region.vpcs,
    region.subnets,
    region.networkInterfaces,
    region.securityGroups,
    region.keyPairs,
    region.launchTemplates,
    region.usageReports,
    region.spotRequests,
    region.fleets,
    region.spotFleets
  ]
  const recycled = region.recycledImages.get(id) ?? region.recycledSnapshots.get(id)
  return recycled?.kept ?? kinds.map(kind => kind.get(id)).find(record => record !== undefined)
}

function factsOf(region: Region, id: string): Record<string, string | undefined> {
  const image = region.images.get(id)
  if (image) {
    const { ImageOwnerAlias: alias, Public } = image.image
    return { 'ec2:ImageID': id, 'ec2:Owner': alias ?? image.ownerId, 'ec2:Public': text(Public ?? false) }
  }
  const snapshot = region.snapshots.get(id)
  if (snapshot) {
    const { OwnerAlias: alias, Encrypted, VolumeSize } = snapshot.snapshot
    const size = { 'ec2:VolumeSize': text(VolumeSize) }
    return { ...size, 'ec2:Owner': alias ?? snapshot.ownerId, 'ec2:Encrypted': text(Encrypted ?? false) }
  }
  const volume = region.volumes.get(id)?.volume
  if (volume) return volumeFacts({ ...volume, VolumeSize: volume.Size })
  const instance = region.instances.get(id)?.instance
  return {
    'ec2:InstanceType': instance?.InstanceType,
    'ec2:InstanceProfile': instance?.IamInstanceProfile?.Arn,
    'ec2:MetadataHttpTokens': instance?.MetadataOptions?.HttpTokens
  }
}

/** What policies can ask of a volume, be it there or wanted. */
export const volumeFacts = (volume: {
  Encrypted?: boolean | undefined
  VolumeSize?: number | undefined
  VolumeType?: string | undefined
}): Record<string, string | undefined> => ({
  'ec2:Encrypted': text(volume.Encrypted ?? false),
  'ec2:VolumeSize': text(volume.VolumeSize),
  'ec2:VolumeType': volume.VolumeType
})
