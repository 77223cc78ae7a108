import {
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  GetImageAncestryCommand,
  type Image
} from '@aws-sdk/client-ec2'
import type { KeyMetadata } from '@aws-sdk/client-kms'
import type { Aws, Clients } from '../../aws/aws.ts'
import { serviceErrorName } from '../../aws/failure.ts'
import { AmiError } from '../../errors.ts'
import { toFamilyImage } from '../../image/family-image.ts'
import { TAGS } from '../../image/tags.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import { describeKey } from '../describe-key.ts'
import { readFindings } from '../observe-family.ts'
import { keysOf } from './checks/encryption.ts'
import type { ImageFacts, Read } from './facts.ts'

/** Reads all that the checks look at, at once. What a denied read hides is unknown. */
export async function observeImage(
  aws: Aws,
  region: string,
  image: ImageFacts['image'],
  recipe: Recipe | undefined
): Promise<ImageFacts> {
  const clients = aws.in(region)
  const { ec2 } = clients
  const { ImageId } = image
  const permissions = new DescribeImageAttributeCommand({ ImageId, Attribute: 'launchPermission' })
  const [snapshots, launchPermissions, base, ancestry, findings, keys] = await Promise.all([
    readSnapshots(clients, image),
    read(async () => (await ec2.send(permissions)).LaunchPermissions ?? []),
    read(() => readBase(clients, image)),
    read(async () => (await ec2.send(new GetImageAncestryCommand({ ImageId }))).ImageAncestryEntries ?? []),
    read(() => readFindings(clients, ImageId)),
    readKeys(clients, recipe ? keysOf(recipe, region).map(([, key]) => key) : [])
  ])
  return { region, now: aws.now(), image, snapshots, launchPermissions, base, ancestry, findings, keys }
}

/** Errors: all but a denial. */
async function read<T>(reading: () => Promise<T>): Promise<Read<T>> {
  try {
    return { value: await reading() }
  } catch (error) {
    if (error instanceof AmiError && error.code === 'PERMISSION') return { unknown: error }
    throw error
  }
}

async function readSnapshots({ ec2 }: Clients, { BlockDeviceMappings: mappings = [] }: Image) {
  const ids = mappings.flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? [])
  if (ids.length === 0) return []
  // By a filter: a snapshot that is gone is one that is not there, and not an error.
  const command = new DescribeSnapshotsCommand({ Filters: [{ Name: 'snapshot-id', Values: ids }] })
  return (await ec2.send(command)).Snapshots ?? []
}

async function readBase({ ec2 }: Clients, image: Image): Promise<Image | undefined> {
  const id = toFamilyImage(image).tags[TAGS.base]
  if (!id?.startsWith('ami-')) return undefined
  try {
    const command = new DescribeImagesCommand({ ImageIds: [id], IncludeDeprecated: true, IncludeDisabled: true })
    return (await ec2.send(command)).Images?.[0]
  } catch (error) {
    if (/^InvalidAMIID\.(?:NotFound|Unavailable)$/.test(serviceErrorName(error))) return undefined
    throw error
  }
}

async function readKeys(clients: Clients, names: readonly string[]): Promise<ImageFacts['keys']> {
  const unique = [...new Set(names)]
  const found = await Promise.all(
    unique.map(async (name): Promise<[string, Read<KeyMetadata | undefined>]> => {
      const key = await describeKey(clients, name)
      return [name, key instanceof AmiError ? { unknown: key } : { value: key }]
    })
  )
  return new Map(found)
}
