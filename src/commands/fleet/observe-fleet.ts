import type { Aws } from '../../aws/aws.ts'
import type { AmiError } from '../../errors.ts'
import type { Place } from '../place.ts'
import { failuresAt } from '../place.ts'
import type { InstanceFacts, KnownImage, LaunchSource, PlaceFacts } from './facts.ts'
import { forEach } from './for-each.ts'
import { readCatalogue, readImages, readRemembered, withSource } from './observe-images.ts'
import { type Exclusions, readInstances, readOneTimeSpot } from './observe-instances.ts'
import { readSources } from './observe-sources.ts'

/** What a place has, or why that is not known. */
export type Observed = { readonly facts: PlaceFacts } | { readonly place: Place; readonly errors: readonly AmiError[] }

/** How many places are read at a time: each one's page is in memory meanwhile. */
const AT_A_TIME = 4

/** The home account's images of a region, read once. */
type Catalogues = (region: string) => Promise<readonly KnownImage[]>

/** Reads every place; one that can't be read completely is not known, and hides no other. */
export function observeFleet(
  home: Aws,
  places: readonly Place[],
  families: readonly string[],
  exclusions: Exclusions
): Promise<Observed[]> {
  const catalogues = new Map<string, Promise<KnownImage[]>>()
  const catalogueOf: Catalogues = region => {
    const known = catalogues.get(region) ?? readCatalogue(home, region, families)
    catalogues.set(region, known)
    return known
  }
  return forEach(places, AT_A_TIME, place => observePlace(home, place, catalogueOf, exclusions))
}

async function observePlace(
  home: Aws,
  place: Place,
  catalogueOf: Catalogues,
  exclusions: Exclusions
): Promise<Observed> {
  try {
    const aws = home.as(place.account)
    const clients = aws.in(place.region)
    const [instances, sources] = await Promise.all([
      readInstances(aws, clients, exclusions),
      readSources(aws, clients),
      catalogueOf(place.region)
    ])
    const [images, oneTimeSpot] = await Promise.all([
      completeImages(aws, place, catalogueOf, instances, sources),
      readOneTimeSpot(aws, clients, instances)
    ])
    return { facts: { place, instances, images, sources, oneTimeSpot } }
  } catch (error) {
    if (home.signal.aborted) throw error
    return { place, errors: failuresAt(place, error) }
  }
}

/** All images that count at a place: the owner's word first, then this account's view, then what EC2 remembers. */
async function completeImages(
  aws: Aws,
  place: Place,
  catalogueOf: Catalogues,
  instances: readonly InstanceFacts[],
  sources: readonly LaunchSource[]
): Promise<Map<string, KnownImage>> {
  const { region } = place
  const images = byId(await catalogueOf(region))
  const all = new Set([...instances.map(({ imageId }) => imageId), ...sources.flatMap(({ imageIds }) => imageIds)])
  const unlisted = [...all].filter(id => id !== '' && !images.has(id))
  for (const image of await readSeen(aws, place, unlisted, catalogueOf)) images.set(image.imageId, image)
  const unseen = new Set(unlisted.filter(id => !images.has(id)))
  for (const image of await readRemembered(aws, aws.in(region), unseen, instances)) images.set(image.imageId, image)
  return images
}

/** Images as this account sees them; a member account's own copies with what their source tells. */
async function readSeen(aws: Aws, { region, account = '' }: Place, ids: readonly string[], catalogueOf: Catalogues) {
  const seen = await readImages(aws, aws.in(region), ids)
  const isOwn = ({ owners }: KnownImage) => owners.includes(account)
  const regions = [...new Set(seen.filter(isOwn).flatMap(({ copyOf }) => copyOf?.region ?? []))]
  const originals = byId((await Promise.all(regions.map(catalogueOf))).flat())
  return seen.map(image => (isOwn(image) ? withSource(image, originals) : image))
}

const byId = (images: readonly KnownImage[]): Map<string, KnownImage> =>
  new Map(images.map(image => [image.imageId, image]))
