import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { ImageFacts, SunsetFacts } from '../../../src/commands/sunset/facts.ts'
import { planSunset, type SunsetPlan } from '../../../src/commands/sunset/plan/plan.ts'
import type { Decision } from '../../../src/commands/sunset/plan/plan-decision.ts'
import type { Policy } from '../../../src/commands/sunset/policy.ts'
import { TAGS } from '../../../src/image/tags.ts'
import { carryOut, imagesOf } from './simulate.ts'
import { daysAgo, image, NOW, OWNER, PRIVATE, snapshotOf } from './sunset-facts.ts'
import { openPolicies, policies, RUNS, UNKNOWN, worlds } from './worlds.ts'

const DESTRUCTIVE = ['disable', 'deregister']
const acted = ({ decisions }: SunsetPlan): Decision[] => decisions.filter(({ action }) => action !== 'keep')
const destroyed = (plan: SunsetPlan): Decision[] => acted(plan).filter(({ action }) => DESTRUCTIVE.includes(action))
const idsOf = (decisions: readonly Decision[]): string[] => decisions.map(({ subject }) => subject.image.imageId)

/** What a property says of the plan of any world, under any policy. */
const always = (check: (plan: SunsetPlan, facts: SunsetFacts, policy: Policy) => void) =>
  fc.assert(
    fc.property(worlds, policies, (facts, policy) => check(planSunset(facts, policy), facts, policy)),
    RUNS
  )

/** Whether a rollback could go to it; told from the tags alone, not by the plan's own code. */
const isGood = ({ imageId, ownerId, state, tags }: ImageFacts): boolean =>
  state === 'available' &&
  ownerId === OWNER &&
  tags[TAGS.self] === imageId &&
  tags[TAGS.managed] === 'true' &&
  tags[TAGS.family] === 'web' &&
  tags[TAGS.channel] === 'release' &&
  tags[TAGS.hold] === undefined &&
  (tags[TAGS.verified] ?? '').startsWith('passed')

/** The good images of each place and architecture, newest first. */
function goodOnes(facts: SunsetFacts): ImageFacts[][] {
  return facts.places.flatMap(place =>
    ['x86_64', 'arm64'].map(architecture =>
      imagesOf({ ...facts, places: [place] })
        .filter(each => each.architecture === architecture && isGood(each))
        .sort((a, b) => (b.tags[TAGS.bakedAt] ?? '').localeCompare(a.tags[TAGS.bakedAt] ?? ''))
    )
  )
}

test('the random worlds are worth something: every stage is entered, and most reasons occur', () => {
  const plans = fc.sample(fc.tuple(worlds, openPolicies), 400).map(([facts, policy]) => planSunset(facts, policy))
  const decisions = plans.flatMap(plan => plan.decisions)
  for (const action of ['deprecate', 'disable', 'deregister']) {
    expect(decisions.filter(each => each.action === action).length).toBeGreaterThan(50)
  }
  const codes = new Set(decisions.flatMap(({ reasons }) => reasons.map(({ code }) => code)))
  expect(codes.size).toBeGreaterThan(16)
})

test('I1: only finished images of ours, of this family and account, are touched', () => {
  always(({ decisions }) => {
    for (const { subject } of decisions) {
      const { imageId, ownerId, tags } = subject.image
      expect([ownerId, tags[TAGS.managed], tags[TAGS.self], tags[TAGS.family]]).toEqual([OWNER, 'true', imageId, 'web'])
    }
  })
})

test('I2: what is published, and the newest good ones, stay launchable', () => {
  always((_, facts, policy) => {
    const left = new Map(imagesOf(carryOut(facts, policy)).map(each => [each.imageId, each]))
    const kept = goodOnes(facts).flatMap(good => good.slice(0, policy.keep))
    const published = imagesOf(facts).filter(
      ({ state, tags }) => state === 'available' && /^2/.test(tags[TAGS.published] ?? '')
    )
    for (const { imageId } of [...kept, ...published]) expect(left.get(imageId)?.state).toBe('available')
  })
})

test('I3: never the last: as many good ones are left as are to be kept, or all', () => {
  always((_, facts, policy) => {
    const after = goodOnes(carryOut(facts, policy))
    goodOnes(facts).forEach((before, i) => {
      expect(after[i]?.length).toBeGreaterThanOrEqual(Math.min(policy.keep, before.length))
    })
  })
})

test('I4: what is in use is neither disabled nor deregistered', () => {
  always((plan, facts) => {
    const used = facts.places.flatMap(({ sources }) =>
      sources.flatMap(({ uses }) => uses.map(({ imageId }) => imageId))
    )
    expect(idsOf(destroyed(plan)).filter(id => used.includes(id))).toEqual([])
  })
})

describe('I5: where one source is not complete', () => {
  test('nothing is disabled, deregistered or deleted there', () => {
    always((plan, facts) => {
      for (const { place, sources, images } of facts.places) {
        if (sources.every(({ missing }) => !missing) && !('unknown' in images)) continue
        expect(destroyed(plan).filter(({ subject }) => subject.place.place === place)).toEqual([])
        expect(plan.leftovers.find(each => each.place.place === place)?.snapshots).toEqual([])
        expect(plan.stops.some(stop => stop.place === place)).toBe(true)
      }
    })
  })

  test('elsewhere it changes nothing', () => {
    fc.assert(
      fc.property(worlds, policies, (facts, policy) => {
        const [first, second] = facts.places
        if (!first || !second) throw new Error('two places are needed')
        const broken = { ...first, sources: [...first.sources, { name: 'fleets', uses: [], missing: UNKNOWN.unknown }] }
        const elsewhere = (plan: SunsetPlan) =>
          plan.decisions.filter(({ subject }) => subject.place.place === second.place).map(({ action }) => action)
        expect(elsewhere(planSunset({ ...facts, places: [broken, second] }, policy))).toEqual(
          elsewhere(planSunset(facts, policy))
        )
      }),
      RUNS
    )
  })
})

test('I6: fewer in use than there must be, or more due than can be right: nothing is taken away', () => {
  always((plan, facts, policy) => {
    for (const { place, sources } of facts.places) {
      const used = new Set(sources.flatMap(({ uses }) => uses.map(({ imageId }) => imageId))).size
      const here = destroyed(plan).filter(({ subject }) => subject.place.place === place)
      const total = plan.decisions.filter(({ subject }) => subject.place.place === place).length
      if (used < policy.inUseFloor) expect(here).toEqual([])
      const believable = Math.max(policy.maxImages, (total * Math.max(50, policy.maxPercent)) / 100)
      expect(here.length).toBeLessThanOrEqual(believable)
    }
  })
})

test('I7: no more than the recipe allows, one stage at a time, and none is skipped', () => {
  const from = { deprecate: 'current', disable: 'deprecated', deregister: 'disabled', keep: undefined }
  always((plan, facts, policy) => {
    expect(new Set(idsOf(acted(plan))).size).toBe(acted(plan).length)
    for (const { subject, action } of acted(plan)) expect(subject.stage).toBe(from[action])
    for (const { place } of facts.places) {
      const here = plan.decisions.filter(({ subject }) => subject.place.place === place)
      const percent = policy.maxPercent === 0 ? 0 : Math.max(1, (here.length * policy.maxPercent) / 100)
      for (const step of ['deprecate', 'disable', 'deregister']) {
        const count = here.filter(({ action }) => action === step).length
        expect(count).toBeLessThanOrEqual(Math.min(policy.maxImages, percent))
      }
    }
  })
})

test('I10: the same facts always give the same plan', () => {
  always((plan, facts, policy) => expect(summary(planSunset(facts, policy))).toEqual(summary(plan)))
})

test('I11: neither the order of EC2’s answers nor a page that overlaps changes the plan', () => {
  fc.assert(
    fc.property(worlds, policies, fc.infiniteStream(fc.nat()), (facts, policy, numbers) => {
      const shuffled = { ...facts, places: facts.places.map(place => shufflePlace(place, numbers)) }
      expect(summary(planSunset(shuffled, policy))).toEqual(summary(planSunset(facts, policy)))
    }),
    RUNS
  )
})

const summary = ({ decisions, stops, leftovers }: SunsetPlan) => ({
  decisions: decisions.map(({ subject, action, reasons }) => [subject.image.imageId, action, reasons]),
  stops: stops.map(({ place, error }) => [place, error.message]),
  leftovers: leftovers.map(({ snapshots }) => snapshots.map(({ snapshotId }) => snapshotId))
})

function shufflePlace(place: SunsetFacts['places'][number], numbers: fc.Stream<number>): SunsetFacts['places'][number] {
  const mix = <T>(values: readonly T[]): T[] =>
    values
      .map(value => [Number(numbers.next().value), value] as const)
      .sort(([a], [b]) => a - b)
      .map(([, value]) => value)
  const { images, snapshots } = place
  return {
    ...place,
    images: 'unknown' in images ? images : { value: mix([...images.value, ...images.value.slice(0, 1)]) },
    snapshots: 'unknown' in snapshots ? snapshots : { value: mix(snapshots.value) },
    sources: mix(place.sources)
  }
}

test('I12: a snapshot that an image or a template stands on, or that is locked, or not ours, is never deleted', () => {
  const snapshots = fc.array(
    fc.record({
      isUsed: fc.boolean(),
      isLocked: fc.boolean(),
      isOurs: fc.boolean(),
      isRecycled: fc.boolean(),
      ageDays: fc.integer({ min: 0, max: 20 })
    }),
    { maxLength: 8 }
  )
  fc.assert(
    fc.property(worlds, policies, snapshots, (facts, policy, made) => {
      const orphans = made.map(({ isLocked, isOurs, ageDays }, i) => ({
        ...snapshotOf(image(`ami-gone-${i}`, 100)),
        isLocked,
        startedAt: daysAgo(ageDays),
        ...(!isOurs && { tags: {} })
      }))
      const used = made.flatMap(({ isUsed }, i) => (isUsed ? [`snap-ami-gone-${i}`] : []))
      const recycled = made.flatMap(({ isRecycled }, i) => (isRecycled ? [`ami-gone-${i}`] : []))
      const places = facts.places.map(place => ({
        ...place,
        snapshots: 'unknown' in place.snapshots ? place.snapshots : { value: [...place.snapshots.value, ...orphans] },
        usedSnapshots: { value: new Set(used) },
        recycled: { value: new Set(recycled) }
      }))
      const plan = planSunset({ ...facts, places }, policy)
      for (const { snapshotId } of plan.leftovers.flatMap(each => each.snapshots)) {
        const index = orphans.findIndex(each => each.snapshotId === snapshotId)
        expect(made[index]).toMatchObject({ isUsed: false, isLocked: false, isOurs: true, isRecycled: false })
        expect(made[index]?.ageDays).toBeGreaterThanOrEqual(7)
      }
    }),
    RUNS
  )
})

test('I14: an image that others are baked from is kept, as anything in use', () => {
  always((plan, facts, policy) => {
    const [goner] = destroyed(plan)
    if (!goner) return
    const source = {
      name: 'images baked from it',
      uses: [{ imageId: goner.subject.image.imageId, by: 'the image ami-child' }]
    }
    const places = facts.places.map(place =>
      place.place === goner.subject.place.place ? { ...place, sources: [...place.sources, source] } : place
    )
    expect(idsOf(destroyed(planSunset({ ...facts, places }, policy)))).not.toContain(goner.subject.image.imageId)
  })
})

test('I15: a version that is kept for rollbacks at one place is kept at every place', () => {
  fc.assert(
    fc.property(worlds, openPolicies, (facts, policy) => {
      const [first, second] = facts.places
      if (!first || !second || 'unknown' in first.images || 'unknown' in second.images) return
      const copies = first.images.value.map(each => ({
        ...each,
        imageId: `${each.imageId}-copy`,
        tags: { ...each.tags, [TAGS.self]: `${each.imageId}-copy` },
        snapshotIds: []
      }))
      const details = new Map([...second.details, ...copies.map(({ imageId }) => [imageId, PRIVATE] as const)])
      const places = [first, { ...second, details, images: { value: [...second.images.value, ...copies] } }]
      const left = new Map(imagesOf(carryOut({ ...facts, places }, policy)).map(each => [each.imageId, each]))
      const [good = []] = goodOnes({ ...facts, places: [first] })
      for (const { imageId } of good.slice(0, policy.keep)) expect(left.get(`${imageId}-copy`)?.state).toBe('available')
    }),
    RUNS
  )
})

test('what is deprecated has a published successor there, or nobody has ever seen it', () => {
  always(plan => {
    for (const { subject } of acted(plan).filter(({ action }) => action === 'deprecate')) {
      const successors = plan.decisions.filter(
        ({ subject: other }) =>
          other.place.place === subject.place.place &&
          other.image.architecture === subject.image.architecture &&
          /^2/.test(other.image.tags[TAGS.published] ?? '') &&
          (other.image.tags[TAGS.bakedAt] ?? '') > (subject.image.tags[TAGS.bakedAt] ?? '')
      )
      const isUnseen = subject.image.tags[TAGS.published] === undefined && subject.sharing === 'nobody'
      const isRejected =
        /^failed/.test(subject.image.tags[TAGS.verified] ?? '') || subject.image.tags[TAGS.channel] === 'test'
      expect(successors.length > 0 || (isUnseen && isRejected)).toBe(true)
    }
  })
})

test('I17: of machines only those of dead runs are ended, known by a ClientToken of ours', () => {
  const machines = fc.array(
    fc.record({
      hasToken: fc.boolean(),
      isManaged: fc.boolean(),
      family: fc.constantFrom('web', 'db'),
      hours: fc.option(fc.integer({ min: -6, max: 6 }), { nil: undefined }),
      state: fc.constantFrom('running', 'stopped', 'terminated')
    }),
    { maxLength: 8 }
  )
  fc.assert(
    fc.property(worlds, policies, machines, (facts, policy, made) => {
      const value = made.map(({ hasToken, isManaged, family, hours, state }, i) => ({
        kind: 'instance' as const,
        id: `i-${i}`,
        state,
        isManaged,
        clientToken: hasToken ? 'ami-action-1' : 'somebody',
        tags: {
          [TAGS.managed]: 'true',
          [TAGS.family]: family,
          ...(hours !== undefined && { [TAGS.deadline]: new Date(NOW.getTime() - hours * 3_600_000).toISOString() })
        }
      }))
      const [first, ...others] = facts.places
      if (!first) throw new Error('a place is needed')
      const plan = planSunset({ ...facts, places: [{ ...first, machines: { value } }, ...others] }, policy)
      const ended = plan.leftovers.flatMap(each => each.machines.map(({ id }) => id))
      const expected = made.flatMap(({ hasToken, isManaged, family, hours = 0, state }, i) =>
        hasToken && !isManaged && family === 'web' && hours > 1 && state !== 'terminated' ? [`i-${i}`] : []
      )
      expect(ended).toEqual(expected)
    }),
    RUNS
  )
})
