import fc from 'fast-check'
import type { ImageDetails, ImageFacts, PlaceFacts, SunsetFacts } from '../../../src/commands/sunset/facts.ts'
import type { Policy } from '../../../src/commands/sunset/policy.ts'
import { AmiError } from '../../../src/errors.ts'
import { TAGS } from '../../../src/image/tags.ts'
import { ago, daysAgo, image, NOW, OWNER, POLICY, PRIVATE, place, shared, snapshotOf } from './sunset-facts.ts'

/** How many random worlds a property is tried with; the nightly run asks for more. */
export const RUNS = { numRuns: Number(process.env.PROPERTY_RUNS ?? 200) }

export const REGIONS = ['us-east-1', 'eu-west-1'] as const
export const UNKNOWN = { unknown: new AmiError('PERMISSION', 'a read was denied') }

/** Mostly what lets an image go on, now and then something else. */
const mostly = <T>(usual: T, ...others: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) })

const STAGES = ['current', 'deprecated', 'disabled', 'pending'] as const

const traits = fc.record({
  stage: fc.constantFrom(...STAGES.slice(0, 3), 'current' as const),
  isPending: mostly(false, true),
  stageDays: fc.integer({ min: 0, max: 40 }),
  noted: mostly('true', 'missing', 'other', 'before', 'future'),
  bakedDaysAgo: fc.integer({ min: 0, max: 150 }),
  region: fc.constantFrom(...REGIONS),
  architecture: mostly('x86_64', 'arm64'),
  ownerId: mostly(OWNER, '999988887777'),
  isPublic: mostly(false, true),
  protection: mostly(
    'disabled',
    'enabled-with-cooldown',
    'enabled-without-cooldown',
    `disabled after ${ago(-0.5)}`,
    ''
  ),
  launchedDaysAgo: mostly<number | undefined>(undefined, 5, 50),
  verified: mostly<string | undefined>(`passed ${ago(1)}`, `failed boots ${ago(1)}`, undefined),
  published: mostly<string | undefined>(undefined, 'superseded', ago(3)),
  odd: mostly<Record<string, string | undefined>>(
    {},
    { [TAGS.managed]: undefined },
    { [TAGS.self]: 'ami-somebody' },
    { [TAGS.self]: undefined },
    { [TAGS.family]: 'db' },
    { [TAGS.channel]: 'test' },
    { [TAGS.hold]: '' },
    { [TAGS.lent]: 'run' },
    { [TAGS.notBefore]: ago(-2) },
    { [TAGS.bakedAt]: undefined, [TAGS.validUntil]: undefined },
    { 'aws:backup:source-resource': 'x' }
  )
})

type Traits = typeof traits extends fc.Arbitrary<infer T> ? T : never

function toImage(traits: Traits, index: number): ImageFacts {
  const { stage, stageDays, noted, bakedDaysAgo, launchedDaysAgo, isPending, published, verified, odd } = traits
  const since = { true: stageDays, before: stageDays + 30, future: -3 }[noted as 'true'] ?? 0
  const journal = {
    [TAGS.stage]: noted === 'other' ? 'disabling' : stage,
    [TAGS.stageSince]: ago(since),
    [TAGS.shared]: 'none'
  }
  return image(`ami-${index}`, bakedDaysAgo, {
    state: isPending ? 'pending' : stage === 'disabled' ? 'disabled' : 'available',
    ...(stage !== 'current' && { deprecatedAt: daysAgo(stageDays + (stage === 'disabled' ? 14 : 0)) }),
    ...(launchedDaysAgo !== undefined && { lastLaunchedAt: daysAgo(launchedDaysAgo) }),
    architecture: traits.architecture,
    ownerId: traits.ownerId,
    isPublic: traits.isPublic,
    protection: traits.protection,
    tags: {
      [TAGS.published]: published,
      [TAGS.verified]: verified,
      ...(stage !== 'current' && noted !== 'missing' && journal),
      ...odd
    }
  })
}

const details: fc.Arbitrary<ImageDetails | undefined> = mostly<ImageDetails | undefined>(
  PRIVATE,
  undefined,
  shared({ value: { kind: 'none' } }),
  shared({ value: { kind: 'available', at: daysAgo(1), accounts: ['444455556666'] } }),
  shared({ value: { kind: 'available', at: daysAgo(1), accounts: [] } }),
  { ...PRIVATE, namedBy: { value: ['arn:aws:ec2:us-east-1:1:launch-template/lt-1'] } }
)

interface Choices {
  readonly images: readonly (readonly [Traits, ImageDetails | undefined, boolean])[]
  readonly heads: boolean
  readonly bin: boolean
  readonly broken: 'none' | 'source' | 'images' | 'snapshots' | 'details'
  readonly brokenRegion: string
}

function toFacts({ images, heads, bin, broken, brokenRegion }: Choices): SunsetFacts {
  const made = images.map(([traits, detail, isUsed], index) => ({
    image: toImage(traits, index),
    region: traits.region,
    detail,
    isUsed
  }))
  const places = REGIONS.map(region => {
    const here = made.filter(each => each.region === region)
    const published = heads ? [image(`ami-head-${region}`, 1, { tags: { [TAGS.published]: ago(1) } })] : []
    return breakPlace(toPlace(region, here, published, bin), region === brokenRegion ? broken : 'none')
  })
  return { now: NOW, places }
}

interface Made {
  readonly image: ImageFacts
  readonly detail: ImageDetails | undefined
  readonly isUsed: boolean
}

function toPlace(region: string, here: readonly Made[], heads: readonly ImageFacts[], hasBin: boolean): PlaceFacts {
  const images = [...heads, ...here.map(each => each.image)]
  const uses = here
    .filter(({ isUsed }) => isUsed)
    .map(({ image: { imageId } }) => ({ imageId, by: 'the instance i-1' }))
  return place(images, {
    place: region,
    region,
    sources: [
      { name: 'instances', uses: [...uses, { imageId: 'ami-other', by: 'the instance i-2' }] },
      { name: 'launch templates', uses: [] }
    ],
    snapshots: { value: images.map(snapshotOf) },
    details: new Map(here.flatMap(({ image: { imageId }, detail }) => (detail ? [[imageId, detail]] : []))),
    ...(!hasBin && { bin: { value: [] } })
  })
}

function breakPlace(facts: PlaceFacts, broken: Choices['broken']): PlaceFacts {
  if (broken === 'images') return { ...facts, images: UNKNOWN }
  if (broken === 'details') return { ...facts, details: withUnknown(facts) }
  if (broken === 'snapshots') return { ...facts, snapshots: UNKNOWN }
  if (broken !== 'source') return facts
  return { ...facts, sources: [...facts.sources, { name: 'fleets', uses: [], missing: UNKNOWN.unknown }] }
}

/** One of the images could not be looked at closely. */
function withUnknown({ details }: PlaceFacts): PlaceFacts['details'] {
  const [first] = details.keys()
  return first
    ? new Map([...details, [first, { launchPermissions: UNKNOWN, usage: UNKNOWN, namedBy: UNKNOWN }]])
    : details
}

/** Random facts of two regions in which most images could go on, and something may be wrong with any. */
export const worlds: fc.Arbitrary<SunsetFacts> = fc
  .record({
    images: fc.array(fc.tuple(traits, details, mostly(false, true)), { minLength: 1, maxLength: 16 }),
    heads: mostly(true, false),
    bin: mostly(true, false),
    broken: fc.constantFrom<Choices['broken'][]>('none', 'none', 'none', 'source', 'images', 'snapshots', 'details'),
    brokenRegion: fc.constantFrom(...REGIONS)
  })
  .map(toFacts)

export const policies: fc.Arbitrary<Policy> = fc
  .record({
    keep: fc.integer({ min: 1, max: 4 }),
    maxImages: fc.integer({ min: 0, max: 20 }),
    maxPercent: fc.constantFrom(0, 10, 50, 100),
    inUseFloor: fc.constantFrom(0, 1, 3),
    allowPermanent: fc.boolean()
  })
  .map(chosen => ({ ...POLICY, ...chosen }))

/** Nothing limits how many, so that time alone decides. */
export const openPolicies: fc.Arbitrary<Policy> = policies.map(policy => ({
  ...policy,
  maxImages: 1000,
  maxPercent: 100,
  inUseFloor: 0
}))
