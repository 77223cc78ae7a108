import type { LaunchPermission } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { SunsetFacts } from '../../../src/commands/sunset/facts.ts'
import { planSunset } from '../../../src/commands/sunset/plan/plan.ts'
import { usesOfParameter } from '../../../src/commands/sunset/plan/plan-parameter.ts'
import { readSharing, saveSharing } from '../../../src/commands/sunset/plan/plan-sharing.ts'
import type { Policy } from '../../../src/commands/sunset/policy.ts'
import { TAGS } from '../../../src/image/tags.ts'
import { at, carryOut, countCalls, imagesOf } from './simulate.ts'
import { DAY_MS, NOW } from './sunset-facts.ts'
import { openPolicies, policies, RUNS, worlds } from './worlds.ts'

type State = 'deprecated' | 'disabled' | 'gone'

/** How far each image of ours is, by EC2 alone. */
function statesOf(facts: SunsetFacts, ids: readonly string[]): Map<string, State | 'current'> {
  const images = new Map(imagesOf(facts).map(each => [each.imageId, each]))
  const stateOf = (id: string) => {
    const { state, deprecatedAt } = images.get(id) ?? { state: 'gone' }
    if (state === 'gone' || state === 'disabled') return state as State
    return deprecatedAt ? 'deprecated' : 'current'
  }
  return new Map(ids.map(id => [id, stateOf(id)]))
}

const touchable = (facts: SunsetFacts, policy: Policy): string[] =>
  planSunset(facts, policy).decisions.map(({ subject }) => subject.image.imageId)

test('I8: between two stages lies the dwell of the recipe, whenever runs come, whatever the clock does', () => {
  const hours = fc.array(fc.integer({ min: -48, max: 500 }), { minLength: 2, maxLength: 12 })
  fc.assert(
    fc.property(worlds, policies, hours, (start, policy, pauses) => {
      const ids = touchable(start, policy)
      const entered = new Map<string, number>()
      let facts = start
      for (const pause of pauses) {
        const now = new Date(facts.now.getTime() + pause * 3_600_000)
        const before = statesOf(facts, ids)
        facts = carryOut(at(facts, now), policy)
        for (const [id, state] of statesOf(facts, ids)) {
          if (state === before.get(id)) continue
          const least = state === 'disabled' ? policy.disableAfterSeconds : policy.deregisterAfterSeconds
          const since = entered.get(id)
          if (since !== undefined && state !== 'deprecated')
            expect(now.getTime() - since).toBeGreaterThanOrEqual(least * 1000)
          entered.set(id, now.getTime())
        }
      }
    }),
    RUNS
  )
})

describe('I9', () => {
  test('a second run at the same time makes no call', () => {
    fc.assert(
      fc.property(worlds, openPolicies, (facts, policy) => {
        expect(countCalls(carryOut(facts, policy), policy)).toBe(0)
      }),
      RUNS
    )
  })

  test('a run that was killed after any call, and run again, ends as one that was not', () => {
    fc.assert(
      fc.property(worlds, openPolicies, fc.nat(), (facts, policy, number) => {
        const killedAfter = number % (countCalls(facts, policy) + 1)
        const twice = carryOut(carryOut(facts, policy, killedAfter), policy)
        const ids = touchable(facts, policy)
        expect(statesOf(twice, ids)).toEqual(statesOf(carryOut(facts, policy), ids))
        expect(countCalls(twice, policy)).toBe(0)
      }),
      RUNS
    )
  })
})

test('I13: whom an image was shared with can be read again, from its tags or from a parameter', () => {
  const digits = fc.integer({ min: 1, max: 999_999_999 }).map(number => String(number).padStart(12, '4'))
  const permission: fc.Arbitrary<LaunchPermission> = fc.oneof(
    digits.map(UserId => ({ UserId })),
    digits.map(id => ({ OrganizationArn: `arn:aws:organizations::${id}:organization/o-abcdefghij` })),
    digits.map(id => ({ OrganizationalUnitArn: `arn:aws:organizations::${id}:ou/o-abcdefghij/ou-ab12-cdefghij` })),
    fc.constant({ Group: 'all' as const })
  )
  fc.assert(
    fc.property(fc.array(permission, { maxLength: 400 }), fc.nat(49), (permissions, tagCount) => {
      const tags = Object.fromEntries(Array.from({ length: tagCount }, (_, i) => [`tag-${i}`, '']))
      const saved = saveSharing('ami-1', tags, permissions)
      const all = { ...tags, ...saved.tags }
      expect(Object.keys(all).length).toBeLessThanOrEqual(50)
      expect(Object.values(all).every(value => value.length <= 256)).toBe(true)
      const key = (each: LaunchPermission) => JSON.stringify(each)
      expect(readSharing(all, saved.parameter?.value)?.map(key).sort()).toEqual(permissions.map(key).sort())
    }),
    RUNS
  )
})

test('I16: when the clock goes backwards, no image goes on', () => {
  fc.assert(
    fc.property(worlds, openPolicies, fc.integer({ min: 1, max: 30 }), (start, policy, days) => {
      const facts = carryOut(start, policy)
      const advanced = [...statesOf(start, touchable(start, policy))].filter(
        ([id, state]) => statesOf(facts, [id]).get(id) !== state
      )
      const ids = advanced.map(([id]) => id)
      const earlier = carryOut(at(facts, new Date(NOW.getTime() - days * DAY_MS)), policy)
      expect(statesOf(earlier, ids)).toEqual(statesOf(facts, ids))
    }),
    RUNS
  )
})

test('I18: what a parameter held of late, or holds under a label, is in use', () => {
  const version = fc.record({ id: fc.nat(9), labels: fc.array(fc.constantFrom('stable', 'canary'), { maxLength: 1 }) })
  fc.assert(
    fc.property(fc.array(version, { minLength: 1, maxLength: 12 }), fc.nat(4), (versions, depth) => {
      const idOf = (id: number) => `ami-0000000${id}`
      const history = versions.map(({ id, labels }, i) => ({ Version: i + 1, Value: idOf(id), Labels: labels }))
      const used = new Set(usesOfParameter('/golden/web', history, depth).map(({ imageId }) => imageId))
      const last = versions.slice(-1 - depth).map(({ id }) => idOf(id))
      const labelled = versions.filter(({ labels }) => labels.length > 0).map(({ id }) => idOf(id))
      expect(used).toEqual(new Set([...last, ...labelled]))
    }),
    RUNS
  )
})

test('what is wanted again stays for a while, though it is past its window', () => {
  fc.assert(
    fc.property(worlds, openPolicies, (start, policy) => {
      const back = imagesOf(start).filter(
        ({ state, deprecatedAt, tags }) => state === 'available' && deprecatedAt && tags[TAGS.stage] === 'deprecated'
      )
      const ids = new Set(back.map(({ imageId }) => imageId))
      const places = start.places.map(place => ({
        ...place,
        images:
          'unknown' in place.images
            ? place.images
            : { value: place.images.value.map(each => (ids.has(each.imageId) ? bringBack(each) : each)) }
      }))
      const facts = { ...start, places }
      const later = carryOut(at(carryOut(facts, policy), new Date(NOW.getTime() + DAY_MS)), policy)
      const mine = touchable(facts, policy).filter(id => ids.has(id))
      expect([...statesOf(later, mine).values()].filter(state => state !== 'current')).toEqual([])
    }),
    RUNS
  )
})

function bringBack({ deprecatedAt: _, ...image }: ReturnType<typeof imagesOf>[number]) {
  return image
}
