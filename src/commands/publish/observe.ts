import { type AutoScalingGroup, paginateDescribeAutoScalingGroups } from '@aws-sdk/client-auto-scaling'
import { DescribeImageAttributeCommand, DescribeSnapshotsCommand, type Image } from '@aws-sdk/client-ec2'
import { GetKeyPolicyCommand } from '@aws-sdk/client-kms'
import type { Aws, Clients } from '../../aws/aws.ts'
import { AmiError } from '../../errors.ts'
import { isSameBake, toFamilyImage } from '../../image/family-image.ts'
import { TAGS } from '../../image/tags.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import { describeKey } from '../describe-key.ts'
import { findImage } from '../find-image.ts'
import { readFamily } from '../observe-family.ts'
import { type Place, sayPlace } from '../place.ts'
import { readTemplate } from '../steps/launch-template.ts'
import { readParameter } from '../steps/parameter.ts'
import type { HeadFacts, KeyFacts, PlaceFacts } from './facts.ts'

/** What was found at a place, or why nothing was. */
export type Observed = { readonly place: Place } & ({ readonly facts: PlaceFacts } | { readonly error: unknown })

/** Reads the image that is to be published and, at once, all places; one place's failure hides no other's. */
export async function observePlaces(aws: Aws, recipe: Recipe, places: readonly Place[]): Promise<Observed[]> {
  const { image } = await findImage(aws, recipe)
  const heads = new Heads(aws, recipe, image)
  return Promise.all(
    places.map(async place => {
      try {
        return { place, facts: await observePlace(aws, recipe, place, heads) }
      } catch (error) {
        return { place, error }
      }
    })
  )
}

async function observePlace(aws: Aws, recipe: Recipe, place: Place, heads: Heads): Promise<PlaceFacts> {
  const clients = aws.as(place.account).in(place.region)
  const { ssm, launchTemplate, instanceRefresh } = recipe.publish
  const [own, parameter, template, groups] = await Promise.all([
    heads.find(place),
    ssm ? readParameter(clients, ssm) : undefined,
    launchTemplate ? readTemplate(clients, launchTemplate) : undefined,
    instanceRefresh.length > 0 ? readGroups(clients, instanceRefresh) : []
  ])
  const head = own ?? (place.account ? await heads.find({ region: place.region }) : undefined)
  if (head)
    return {
      place,
      head,
      isOwn: own !== undefined,
      groups,
      ...(parameter && { parameter }),
      ...(template && { template })
    }
  const hint = 'Run `copy` first, or leave the region out.'
  throw new AmiError('INPUT', `Expected the image or a copy of it, found none`, { hint })
}

async function readGroups({ autoscaling }: Clients, names: readonly string[]): Promise<AutoScalingGroup[]> {
  const groups: AutoScalingGroup[] = []
  const pages = paginateDescribeAutoScalingGroups({ client: autoscaling }, { AutoScalingGroupNames: [...names] })
  for await (const page of pages) groups.push(...(page.AutoScalingGroups ?? []))
  return groups
}

/** The image at each place, read once. */
class Heads {
  readonly #aws: Aws
  readonly #recipe: Recipe
  readonly #image: Image
  readonly #found = new Map<string, Promise<HeadFacts | undefined>>()

  constructor(aws: Aws, recipe: Recipe, image: Image) {
    this.#aws = aws
    this.#recipe = recipe
    this.#image = image
  }

  /** The image that the input names there, else the one of the same bake; undefined where there is none. */
  find(place: Place): Promise<HeadFacts | undefined> {
    const name = sayPlace(place)
    const found = this.#found.get(name) ?? this.#read(place)
    this.#found.set(name, found)
    return found
  }

  async #read(place: Place): Promise<HeadFacts | undefined> {
    const clients = this.#aws.as(place.account).in(place.region)
    const family = await readFamily(clients, this.#recipe.family)
    const named = this.#aws.run.inputs.images[sayPlace(place)]
    const found = family.filter(each => (named ? each.ImageId === named : this.#isHead(each)))
    const [image] = found.sort((a, b) => this.#rank(b) - this.#rank(a))
    if (!image?.ImageId) return undefined
    const { ImageId } = image
    const permissions = new DescribeImageAttributeCommand({ ImageId, Attribute: 'launchPermission' })
    const [{ LaunchPermissions = [] }, keys] = await Promise.all([
      clients.ec2.send(permissions),
      isShared(this.#recipe) ? readKeys(this.#aws, clients, image) : []
    ])
    return { place, image: { ...image, ImageId }, family, permissions: LaunchPermissions, keys }
  }

  /** Of several copies the one that is known to be good. */
  #rank(image: Image): number {
    if (image.ImageId === this.#image.ImageId) return 2
    return toFamilyImage(image).tags[TAGS.verified]?.startsWith('passed ') ? 1 : 0
  }

  #isHead(image: Image): boolean {
    return image.ImageId === this.#image.ImageId || (image.State !== 'failed' && isSameBake(image, this.#image))
  }
}

const isShared = ({ share }: Recipe): boolean => share.accounts.length + share.organizations.length > 0

async function readKeys(
  aws: Aws,
  clients: Clients,
  { BlockDeviceMappings: mappings = [] }: Image
): Promise<KeyFacts[]> {
  const SnapshotIds = mappings.flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? [])
  if (SnapshotIds.length === 0) return []
  const { Snapshots = [] } = await clients.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds }))
  const arns = new Set(Snapshots.flatMap(({ KmsKeyId: key }) => key ?? []))
  return Promise.all([...arns].map(arn => readKey(aws, clients, arn)))
}

/** What may not be read is unknown: that is said, and does not keep an image from being published. */
async function readKey({ run }: Aws, clients: Clients, arn: string): Promise<KeyFacts> {
  const sayUnknown = ({ message }: AmiError) =>
    run.log.info(`Whether those in \`share\` can use ${arn} is unknown: ${message}`)
  const key = await describeKey(clients, arn)
  if (key instanceof AmiError) sayUnknown(key)
  const manager = key instanceof AmiError ? 'unknown' : (key?.KeyManager ?? 'unknown')
  if (manager !== 'CUSTOMER') return { arn, manager }
  try {
    const { Policy: policy } = await clients.kms.send(new GetKeyPolicyCommand({ KeyId: arn }))
    return { arn, manager, ...(policy && { policy }) }
  } catch (error) {
    if (!(error instanceof AmiError && error.code === 'PERMISSION')) throw error
    sayUnknown(error)
    return { arn, manager }
  }
}
