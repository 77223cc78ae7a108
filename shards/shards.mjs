// How a scan of many accounts and regions is spread over the jobs of a matrix, and what becomes of it. Pure.

/** @see https://docs.github.com/en/actions/reference/limits */
const MAX_JOBS_OF_A_MATRIX = 256

/**
 * Splits accounts x regions into jobs that each take all of their regions in all of their accounts, of about the same
 * size: no more than `placesPerJob`, unless that takes more than `maxJobs`. Accounts stay whole where they can. No
 * accounts means that of the credentials, no regions those of the recipe. Result: a shard for each job.
 */
export function splitPlaces(accounts, regions, { placesPerJob, maxJobs = MAX_JOBS_OF_A_MATRIX }) {
  const [rows, columns] = countChunks(accounts.length || 1, regions.length || 1, placesPerJob, maxJobs)
  const parts = chunk(accounts, rows).flatMap(some => chunk(regions, columns).map(few => [some, few]))
  return parts.map(([some, few], index) => ({
    name: `shard-${String(index + 1).padStart(3, '0')}`,
    accounts: some.join(','),
    regions: few.join(',')
  }))
}

/** Into how many parts the accounts, and the regions, are split. */
function countChunks(accounts, regions, placesPerJob, maxJobs) {
  for (let size = placesPerJob; size < accounts * regions; size += 1) {
    const rows = Math.ceil(accounts / Math.max(1, Math.floor(size / regions)))
    const columns = Math.ceil(regions / size)
    if (rows * columns <= maxJobs) return [rows, columns]
  }
  return [1, 1]
}

/** Consecutive parts whose lengths differ by one at the most. */
function chunk(list, count) {
  const start = index => Math.floor((index * list.length) / count)
  return Array.from({ length: count }, (_, index) => list.slice(start(index), start(index + 1)))
}

/**
 * Puts together what the jobs found. `results` are `{ name, passed, failedRegions, report }`, in any order; `report` is that
 * of `verify` with `fleet`. Result: the places that failed, those where not all that runs or would be launched is approved,
 * and those of jobs that left no result. One that did not pass and names no place failed everywhere.
 */
export function mergeShards(shards, results) {
  const byName = new Map(results.map(result => [result.name, result]))
  const found = shards.flatMap(shard => (byName.has(shard.name) ? [{ shard, ...byName.get(shard.name) }] : []))
  return {
    passed: found.length === shards.length && found.every(({ passed }) => passed),
    places: shards.flatMap(listPlaces).length,
    failed: [...new Set(found.flatMap(listFailed))],
    unapproved: [...new Set(found.flatMap(listUnapproved))],
    unexamined: shards.filter(({ name }) => !byName.has(name)).flatMap(listPlaces),
    reports: found.map(({ report }) => report)
  }
}

function listFailed(result) {
  const { shard, passed, failedRegions = [] } = result
  const says = passed || failedRegions.length > 0 || listUnapproved(result).length > 0
  return says ? failedRegions : listPlaces(shard)
}

function listUnapproved({ report }) {
  const { places = [], sources = [] } = report ?? {}
  return [...places.filter(({ notApproved }) => notApproved > 0), ...sources].map(({ place }) => place)
}

/** As the output `failed-regions` names them. */
function listPlaces({ accounts, regions }) {
  const inRegions = regions ? regions.split(',') : ["the recipe's regions"]
  return (accounts ? accounts.split(',') : ['']).flatMap(account =>
    inRegions.map(region => (account ? `${account}/${region}` : region))
  )
}
