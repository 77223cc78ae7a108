import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'

interface Shard {
  readonly name: string
  readonly accounts: string
  readonly regions: string
}

interface Result {
  readonly name: string
  readonly passed: boolean
  readonly failedRegions?: readonly string[]
  readonly report: unknown
}

// Scripts of an action, not part of the program that tsc checks: their shape is told here.
const { splitPlaces, mergeShards } = (await import('../../shards/shards.mjs' as string)) as {
  splitPlaces(accounts: string[], regions: string[], limits: { placesPerJob: number; maxJobs?: number }): Shard[]
  mergeShards(
    shards: readonly Shard[],
    results: readonly Result[]
  ): {
    passed: boolean
    places: number
    failed: string[]
    unapproved: string[]
    unexamined: string[]
    reports: unknown[]
  }
}

const accountsOf = (count: number) => Array.from({ length: count }, (_, index) => String(100_000_000_000 + index))
const regionsOf = (count: number) => Array.from({ length: count }, (_, index) => `xx-north-${index + 1}`)
const placesOf = ({ accounts, regions }: Shard) =>
  accounts.split(',').flatMap(account => regions.split(',').map(region => `${account}/${region}`))

const lists = { accounts: fc.integer({ min: 1, max: 400 }), regions: fc.integer({ min: 1, max: 34 }) }
const limits = { placesPerJob: fc.integer({ min: 1, max: 500 }), maxJobs: fc.integer({ min: 1, max: 256 }) }

describe('accounts and regions are split into the jobs of a matrix', () => {
  test('every region of every account is in just one job, there are not too many jobs, and none is empty', () => {
    const isFair = (accounts: number, regions: number, placesPerJob: number, maxJobs: number) => {
      const shards = splitPlaces(accountsOf(accounts), regionsOf(regions), { placesPerJob, maxJobs })
      const places = shards.map(placesOf)
      expect(shards.length).toBeLessThanOrEqual(maxJobs)
      expect(new Set(shards.map(({ name }) => name)).size).toBe(shards.length)
      expect(places.flat()).toHaveLength(accounts * regions)
      expect(new Set(places.flat()).size).toBe(accounts * regions)
      // Only where there would be too many jobs does one take more than it is meant to.
      const largest = Math.max(...places.map(each => each.length))
      if (largest > placesPerJob) expect(accounts * regions).toBeGreaterThan((placesPerJob / 2) * (maxJobs / 2))
    }
    fc.assert(fc.property(lists.accounts, lists.regions, limits.placesPerJob, limits.maxJobs, isFair))
  })

  test.each([
    ['300 accounts in 12 regions', 300, 12, { placesPerJob: 60 }, 60, 60],
    ['300 accounts in 12 regions, small jobs', 300, 12, { placesPerJob: 1 }, 150, 24],
    ['one account in 34 regions', 1, 34, { placesPerJob: 60 }, 1, 34],
    ['a job for each region', 2, 3, { placesPerJob: 1 }, 6, 1],
    ['one job that does all', 300, 12, { placesPerJob: 60, maxJobs: 1 }, 1, 3600]
  ])('%s', (_, accounts, regions, limit, jobs, largest) => {
    const shards = splitPlaces(accountsOf(accounts), regionsOf(regions), limit)
    expect(shards).toHaveLength(jobs)
    expect(Math.max(...shards.map(shard => placesOf(shard).length))).toBe(largest)
  })

  test('what is not given is left to the action: its own account, the regions of the recipe', () => {
    expect(splitPlaces([], [], { placesPerJob: 60 })).toEqual([{ name: 'shard-001', accounts: '', regions: '' }])
  })
})

describe('what the jobs found is put together', () => {
  const outcomes = fc.array(fc.constantFrom('passed', 'failed', 'unapproved', 'died', 'missing'), {
    minLength: 256,
    maxLength: 256
  })

  test('it passes only if every place did, and each place that did not is named', () => {
    fc.assert(
      fc.property(
        lists.accounts,
        lists.regions,
        limits.placesPerJob,
        outcomes,
        (accounts, regions, placesPerJob, all) => {
          const shards = splitPlaces(accountsOf(accounts), regionsOf(regions), { placesPerJob })
          const bad = (outcome: string) => shards.filter((_, index) => all[index] === outcome).flatMap(placesOf)
          const results = shards.flatMap(({ name }, index) => resultOf(name, all[index], shards[index]) ?? [])
          const merged = mergeShards(shards, results.reverse())
          const first = (outcome: string) => shards.flatMap((shard, index) => firstOf(shard, all[index], outcome))
          expect(new Set(merged.failed)).toEqual(new Set([...bad('died'), ...first('failed')]))
          expect(merged.unapproved).toEqual(first('unapproved'))
          expect(merged.unexamined).toEqual(bad('missing'))
          expect(merged.passed).toBe(all.slice(0, shards.length).every(outcome => outcome === 'passed'))
          expect(merged.places).toBe(accounts * regions)
          expect(merged.reports).toHaveLength(results.length)
        }
      )
    )
  })

  const firstOf = (shard: Shard, found: string | undefined, wanted: string) =>
    found === wanted ? placesOf(shard).slice(0, 1) : []

  function resultOf(name: string, outcome?: string, shard?: Shard): Result | undefined {
    if (!shard || outcome === 'missing') return undefined
    const places = firstOf(shard, outcome, 'unapproved').map(place => ({ place, notApproved: 1 }))
    const failedRegions = firstOf(shard, outcome, 'failed')
    return {
      name,
      passed: outcome === 'passed',
      failedRegions,
      report: { places: [...places, { place: '', notApproved: 0 }] }
    }
  }

  test('a place that is not examined in the regions of the recipe is named all the same', () => {
    const shards = splitPlaces(['111122223333'], [], { placesPerJob: 1 })
    expect(mergeShards(shards, [])).toMatchObject({ passed: false, unexamined: ["111122223333/the recipe's regions"] })
  })
})
