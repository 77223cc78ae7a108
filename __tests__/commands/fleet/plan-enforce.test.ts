import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { InstanceFacts, JudgedInstance, Verdict } from '../../../src/commands/fleet/facts.ts'
import { countTouched, type PlacePlan, planEnforcement } from '../../../src/commands/fleet/plan-enforce.ts'
import { decideInstance, type Policy } from '../../../src/commands/fleet/plan-instance.ts'
import { AmiError } from '../../../src/errors.ts'
import { DAY_SECONDS, daysAgo, group, instance, judged, NOW, place, policy } from './fleet-facts.ts'

const NO_CAPS = { maxInstances: 100_000, maxPercent: 100 }
const NOTED = { unapprovedSince: daysAgo(8) }
const STOPPED = { ...NOTED, state: 'stopped', stoppedAt: daysAgo(7) }
const ASG = { ...NOTED, group: 'web' }
const SPOT = { ...NOTED, isSpot: true }

describe('what is done about an instance', () => {
  const none = place([])
  test.each<[string, JudgedInstance, Partial<Policy>, object]>([
    ['nothing where it is approved', judged({}, 'approved'), {}, { spare: 'approved' }],
    ['what was noted of an approved one is taken away', judged(NOTED, 'approved'), {}, { act: 'forget' }],
    [
      'nothing where nobody knows its image',
      judged(NOTED, 'unknown'),
      {},
      { spare: expect.stringMatching(/nothing is known/) }
    ],
    ['nothing where it is only reported', judged(NOTED), { mode: 'report' }, { spare: 'only reported' }],
    ['the first time it is noted: tag', judged(), { mode: 'tag' }, { act: 'note' }],
    ['the first time it is noted: stop', judged(), { mode: 'stop' }, { act: 'note' }],
    ['the first time it is noted: terminate', judged(), {}, { act: 'note' }],
    ['tag never does more', judged(NOTED), { mode: 'tag', immediate: true }, { spare: 'noted already' }],
    ['it has its grace', judged({ unapprovedSince: daysAgo(6) }), {}, { spare: 'noted, 1 d of grace left' }],
    [
      'a note from the future is none that is due',
      judged({ unapprovedSince: daysAgo(-3) }),
      {},
      { spare: 'noted, 10 d of grace left' }
    ],
    ['then it is stopped', judged(NOTED), { mode: 'stop' }, { act: 'stop' }],
    ['terminate stops it first', judged(NOTED), {}, { act: 'stop' }],
    ['stopped for a day', judged({ ...STOPPED, stoppedAt: daysAgo(1) }), {}, { spare: 'stopped, 6 d of grace left' }],
    ['stopped for its grace', judged(STOPPED), {}, { act: 'terminate' }],
    ['stop leaves it stopped', judged(STOPPED), { mode: 'stop' }, { spare: 'stopped already' }],
    ['stopped by somebody else', judged({ ...NOTED, state: 'stopped' }), {}, { spare: 'stopped by somebody else' }],
    [
      'started and stopped again',
      judged({ ...STOPPED, launchedAt: daysAgo(6) }),
      {},
      { spare: 'stopped by somebody else' }
    ],
    ['immediate: stop', judged(), { mode: 'stop', immediate: true }, { act: 'stop' }],
    ['immediate: terminate', judged(), { immediate: true }, { act: 'terminate' }],
    ['immediate: terminate what is stopped', judged({ state: 'stopped' }), { immediate: true }, { act: 'terminate' }],
    ['excluded by a tag', judged({ ...NOTED, isExcluded: true }), { immediate: true }, { spare: 'excluded by a tag' }],
    [
      'managed by a service',
      judged({ managedBy: 'eks.amazonaws.com' }),
      { immediate: true },
      { spare: 'managed by eks.amazonaws.com' }
    ],
    [
      'a builder of ours',
      judged({ isOwn: true }),
      { immediate: true },
      { spare: expect.stringMatching(/launched by this action/) }
    ],
    [
      'instance store',
      judged({ ...NOTED, hasEbsRoot: false }),
      {},
      { spare: expect.stringMatching(/can't be stopped/) }
    ],
    ['while it stops', judged({ ...NOTED, state: 'stopping' }), {}, { spare: 'it is stopping' }]
  ])('%s', (_, one, given, expected) => {
    expect(decideInstance(one, none, policy(given))).toEqual(expected)
  })

  test('a one-time Spot Instance stays, a persistent one is stopped', () => {
    const spot = judged(SPOT)
    expect(decideInstance(spot, place([spot], { oneTimeSpot: new Set(['i-1']) }), policy())).toHaveProperty('spare')
    expect(decideInstance(spot, place([spot]), policy())).toEqual({ act: 'stop' })
  })

  test('a persistent Spot Instance is not terminated, for there would be another', () => {
    const stopped = judged({ ...SPOT, ...STOPPED })
    expect(decideInstance(stopped, place([stopped]), policy())).toEqual({ spare: expect.stringMatching(/persistent/) })
  })

  test.each([
    ['would launch a good image', [group('web', 'approved')], { act: 'replace' }],
    [
      'would launch the same again',
      [group('web', 'deprecated')],
      { spare: expect.stringMatching(/update its template/) }
    ],
    [
      'would launch nobody knows what',
      [group('web', 'unknown')],
      { spare: expect.stringMatching(/update its template/) }
    ],
    ['is not there', [], { spare: 'its group web is not there' }]
  ])('a member of a group that %s', (_, sources, expected) => {
    expect(decideInstance(judged(ASG), place([], { sources }), policy({ immediate: true }))).toEqual(expected)
  })
})

describe('the caps', () => {
  const fleet = (bad: number, good: number) => [
    place([
      ...Array.from({ length: bad }, (_, n) => judged({ ...NOTED, instanceId: `i-bad${n}` })),
      ...Array.from({ length: good }, (_, n) => judged({ instanceId: `i-good${n}` }, 'approved'))
    ])
  ]

  test.each([
    ['five of a hundred', 5, 95, 5, 5, true],
    ['six of a hundred', 6, 94, 5, 100, false],
    ['five of ninety-nine', 5, 94, 5, 5, false],
    ['none of none', 0, 0, 0, 0, true],
    ['one, where none may be', 1, 99, 0, 5, false]
  ])('%s', (_, bad, good, maxInstances, maxPercent, isAllowed) => {
    const run = () => planEnforcement(fleet(bad, good), policy(), { maxInstances, maxPercent })
    if (isAllowed) expect(countTouched(run())).toBe(bad)
    else expect(run).toThrow(AmiError)
  })

  test('say how many are due, and which keys allow them', () => {
    const run = () => planEnforcement(fleet(6, 94), policy(), { maxInstances: 5, maxPercent: 5 })
    expect(run).toThrow(
      'Expected at most 5 instances and 5 % of 100 to act on (`enforce.max-instances`, `enforce.max-percent`), found 6 due'
    )
  })

  test('notes do not count: grace begins for all at once', () => {
    const noted = [place(Array.from({ length: 9 }, (_, n) => judged({ instanceId: `i-${n}` })))]
    expect(planEnforcement(noted, policy(), { maxInstances: 0, maxPercent: 0 })[0]?.batches[0]?.instances).toHaveLength(
      9
    )
  })
})

test('a batch is of one zone, and of a hundred at the most', () => {
  const instances = Array.from({ length: 250 }, (_, n) =>
    judged({ ...NOTED, instanceId: `i-${n}`, zone: n < 220 ? 'us-east-1a' : 'us-east-1b' })
  )
  const [plan] = planEnforcement([place(instances)], policy(), NO_CAPS)
  expect(plan?.batches.map(({ zone, instances: { length } }) => [zone, length])).toEqual([
    ['us-east-1a', 100],
    ['us-east-1a', 100],
    ['us-east-1a', 20],
    ['us-east-1b', 30]
  ])
})

test('a group is replaced once, and all of its instances count', () => {
  const members = [
    judged(ASG),
    judged({ ...ASG, instanceId: 'i-2' }),
    judged({ instanceId: 'i-3', group: 'web' }, 'approved')
  ]
  const one = place(members, { sources: [group('web', 'approved', true)] })
  const [plan] = planEnforcement([one], policy(), NO_CAPS)
  expect(plan?.replacements).toMatchObject([{ group: 'web', count: 3, skipsMatching: false, due: [{}, {}] }])
  expect(() => planEnforcement([one], policy(), { maxInstances: 2, maxPercent: 100 })).toThrow('found 3 due')
})

describe('for any fleet and policy', () => {
  const date = fc.option(fc.integer({ min: -5, max: 40 }).map(daysAgo), { nil: undefined })
  const verdict = fc.constantFrom<Verdict>(
    'approved',
    'not approved',
    'expired',
    'deprecated',
    'disabled',
    'deregistered',
    'unknown'
  )
  const anyInstance = fc.record({
    name: fc.constant('web'),
    imageId: fc.constantFrom('ami-1', 'ami-2'),
    state: fc.constantFrom('pending', 'running', 'stopping', 'stopped'),
    zone: fc.constantFrom('us-east-1a', 'us-east-1b'),
    launchedAt: fc.integer({ min: 0, max: 200 }).map(daysAgo),
    group: fc.constantFrom(undefined, 'web', 'db', 'gone'),
    managedBy: fc.constantFrom(undefined, undefined, 'eks.amazonaws.com'),
    isOwn: fc.boolean(),
    isExcluded: fc.boolean(),
    isSpot: fc.boolean(),
    hasEbsRoot: fc.boolean(),
    unapprovedSince: date,
    stoppedAt: date
  })
  const defined = (given: object): Partial<InstanceFacts> =>
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const anyPlace = (region: string) =>
    fc.array(fc.record({ given: anyInstance, verdict }), { maxLength: 30 }).chain(all =>
      fc
        .record({ web: verdict, db: verdict, spot: fc.subarray(all.map((_, n) => `i-${region}-${n}`)) })
        .map(({ web, db, spot }) =>
          place(
            all.map(({ given, verdict: of }, n) => ({
              instance: instance({ ...defined(given), instanceId: `i-${region}-${n}` }),
              verdict: of
            })),
            { place: { region }, sources: [group('web', web), group('db', db, true)], oneTimeSpot: new Set(spot) }
          )
        )
    )
  const anyFleet = fc.tuple(anyPlace('us-east-1'), anyPlace('eu-west-1'))
  const anyPolicy = fc.record({
    mode: fc.constantFrom('report' as const, 'tag' as const, 'stop' as const, 'terminate' as const),
    graceSeconds: fc.integer({ min: 1, max: 30 }).map(days => days * DAY_SECONDS),
    immediate: fc.boolean(),
    now: fc.constant(NOW)
  })
  const anyCaps = fc.record({
    maxInstances: fc.integer({ min: 0, max: 20 }),
    maxPercent: fc.integer({ min: 0, max: 100 })
  })

  const touched = (plans: readonly PlacePlan[]): InstanceFacts[] =>
    plans.flatMap(({ batches, replacements }) => [
      ...batches.flatMap(({ instances }) => instances),
      ...replacements.flatMap(({ due }) => due)
    ])

  test('only what is listed, not approved and known is touched; never what is managed, ours or excluded', () => {
    fc.assert(
      fc.property(anyFleet, anyPolicy, (fleet, given) => {
        const plans = planEnforcement(fleet, given, NO_CAPS)
        const verdicts = new Map(fleet.flatMap(({ instances }) => instances.map(each => [each.instance, each.verdict])))
        for (const plan of plans) {
          for (const each of touched([plan])) {
            expect(each).toMatchObject({ isOwn: false, isExcluded: false })
            expect(each.managedBy).toBeUndefined()
            expect(verdicts.get(each)).not.toBe('unknown')
          }
          const forgotten = new Set(
            plan.batches.filter(({ act }) => act === 'forget').flatMap(({ instances }) => instances)
          )
          for (const each of touched([plan])) expect(verdicts.get(each) === 'approved').toBe(forgotten.has(each))
        }
        const all = touched(plans).map(({ instanceId }) => instanceId)
        expect(new Set(all).size).toBe(all.length)
      })
    )
  })

  test('what only reports or tags stops nothing, and what only stops terminates nothing', () => {
    fc.assert(
      fc.property(anyFleet, anyPolicy, (fleet, given) => {
        const plans = planEnforcement(fleet, given, NO_CAPS)
        const acts = new Set(plans.flatMap(({ batches }) => batches.map(({ act }) => act)))
        if (given.mode === 'report') expect(touched(plans)).toEqual([])
        if (given.mode === 'tag') expect(countTouched(plans)).toBe(0)
        if (given.mode === 'stop') expect(acts.has('terminate')).toBe(false)
      })
    )
  })

  test('without immediate nothing is stopped or terminated before its grace is over', () => {
    fc.assert(
      fc.property(anyFleet, anyPolicy, (fleet, given) => {
        const plans = planEnforcement(fleet, { ...given, immediate: false }, NO_CAPS)
        const limit = NOW.getTime() - given.graceSeconds * 1000
        for (const { act, instances } of plans.flatMap(({ batches }) => batches)) {
          if (act !== 'stop' && act !== 'terminate') continue
          for (const each of instances) expect(each.unapprovedSince?.getTime()).toBeLessThanOrEqual(limit)
          if (act === 'terminate')
            for (const each of instances) expect(each.stoppedAt?.getTime()).toBeLessThanOrEqual(limit)
        }
      })
    )
  })

  test('the caps hold, or nothing is done', () => {
    fc.assert(
      fc.property(anyFleet, anyPolicy, anyCaps, (fleet, given, caps) => {
        const total = fleet.flatMap(({ instances }) => instances).length
        try {
          const count = countTouched(planEnforcement(fleet, given, caps))
          expect(count).toBeLessThanOrEqual(caps.maxInstances)
          expect(count * 100).toBeLessThanOrEqual(caps.maxPercent * total)
        } catch (error) {
          if (!(error instanceof AmiError)) throw error
          expect(error.code).toBe('VERIFY')
        }
      })
    )
  })

  test('the order of pages and places does not count', () => {
    const shuffled = anyFleet.chain(fleet =>
      fc.record({
        fleet: fc.constant(fleet),
        other: fc.tuple(
          ...fleet.map(({ instances }) => fc.shuffledSubarray([...instances], { minLength: instances.length }))
        )
      })
    )
    fc.assert(
      fc.property(shuffled, anyPolicy, ({ fleet, other }, given) => {
        const again = fleet.map((each, n) => ({ ...each, instances: other[n] ?? [] })).reverse()
        expect(planEnforcement(again, given, NO_CAPS)).toEqual(planEnforcement(fleet, given, NO_CAPS))
      })
    )
  })
})
