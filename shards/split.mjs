// Writes the shards of a scan as the output of a step.
import { appendFileSync } from 'node:fs'
import { splitPlaces } from './shards.mjs'

const input = name => (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim()
const list = name => [
  ...new Set(
    input(name)
      .split(/[\s,]+/)
      .filter(Boolean)
  )
]

function readCount(name) {
  const count = Number(input(name))
  if (Number.isInteger(count) && count >= 1) return count
  throw new Error(`Input ${name}: expected a number from 1, found '${input(name)}'`)
}

try {
  const limits = { placesPerJob: readCount('places-per-job'), maxJobs: Math.min(256, readCount('max-jobs')) }
  const shards = splitPlaces(list('accounts'), list('regions'), limits)
  appendFileSync(process.env.GITHUB_OUTPUT, `shards=${JSON.stringify(shards)}\n`)
  process.stdout.write(`${shards.length === 1 ? 'One job' : `${shards.length} jobs`}\n`)
} catch (error) {
  process.stdout.write(`::error::${error.message}\n`)
  process.exitCode = 1
}
