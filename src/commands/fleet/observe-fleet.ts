import type { Aws } from '../../aws/aws.ts'
import type { AmiError } from '../../errors.ts'
import type { Place } from '../place.ts'
import { failuresAt } from '../place.ts'
import type { InstanceFacts, KnownImage, LaunchSource, PlaceFacts } from './facts.ts'
import { readCatalogue, readImages, readRemembered } from './observe-images.ts'
import { type Exclusions, readInstances, readOneTimeSpot } from './observe-instances.ts'
import { readSources } from './observe-sources.ts'

/** What a place has, or why that is not known. */
export type Observed = { readonly facts: PlaceFacts } | { readonly place: Place; readonly errors: readonly AmiError[] }

/** How many places are read at a time: each one's page is in memory meanwhile. */
const AT_A_TIME = 4

/** Reads every place; one that can't be read completely is not known, and hides no other. */
export async function observeFleet(
  home: Aws,
  places: readonly Place[],
  families: readonly string[],
  exclusions: Exclusions
): Promise<Observed[]> {
  const catalogues = new Map<string, Promise<KnownImage[]>>()
  const catalogueOf = (region: string): Promise<KnownImage[]> => {
    const known = catalogues.get(region) ?? readCatalogue(home, region, families)
    catalogues.set(region, known)
    return known
  }
  const found = new Map<Place, Observed>()
  const left = [...places]
  const work = async () => {
    for (let place = left.shift(); place; place = left.shift()) {
      found.set(place, await observePlace(home, place, catalogueOf, exclusions))
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  return places.flatMap(place => found.get(place) ?? [])
}

async function observePlace(
  home: Aws,
  place: Place,
  catalogueOf: (region: string) => Promise<KnownImage[]>,
  exclusions: Exclusions
): Promise<Observed> {
  try {
    const aws = home.as(place.account)
    const clients = aws.in(place.region)
    const [instances, sources, catalogue] = await Promise.all([
      readInstances(aws, clients, exclusions),
      readSources(aws, clients),
      catalogueOf(place.region)
    ])
    const [images, oneTimeSpot] = await Promise.all([
      completeImages(aws, place, catalogue, instances, sources),
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
  { region }: Place,
  catalogue: readonly KnownImage[],
  instances: readonly InstanceFacts[],
  sources: readonly LaunchSource[]
): Promise<Map<string, KnownImage>> {
  const images = byId(catalogue)
  const all = new Set([...instances.map(({ imageId }) => imageId), ...sources.flatMap(({ imageIds }) => imageIds)])
  const unlisted = [...all].filter(id => id !== '' && !images.has(id))
  for (const image of await readImages(aws, aws.in(region), unlisted)) images.set(image.imageId, image)
  const unseen = new Set(unlisted.filter(id => !images.has(id)))
  for (const image of await readRemembered(aws, aws.in(region), unseen, instances)) images.set(image.imageId, image)
  return images
}

const byId = (images: readonly KnownImage[]): Map<string, KnownImage> =>
  new Map(images.map(image => [image.imageId, image]))
