// Reads what the jobs of a matrix have left, writes outputs, a report and a summary, and fails where a place did.
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mergeShards } from '../shards.mjs'

const MAX_ROWS = 500

const { env } = process
const folder = env.INPUT_FOLDER
const files = existsSync(folder) ? readdirSync(folder) : [] // no folder where no job has left anything
const results = files
  .filter(name => name.endsWith('.json'))
  .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')))
const { reports, ...merged } = mergeShards(JSON.parse(env.INPUT_SHARDS), results)
const { passed, places, failed, unapproved, unexamined } = merged

/** Every place that did not pass, and why. */
const notPassed = new Map([
  ...unapproved.map(place => [place, 'not all is approved']),
  ...failed.map(place => [place, 'failed']),
  ...unexamined.map(place => [place, 'not examined'])
])

const reportFile = join(env.RUNNER_TEMP, 'fleet-report.json')
writeFileSync(reportFile, `${JSON.stringify({ ...merged, reports }, null, 2)}\n`)
const outputs = { passed, 'failed-regions': JSON.stringify([...notPassed.keys()]), 'report-file': reportFile }
appendFileSync(
  env.GITHUB_OUTPUT,
  Object.entries(outputs)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
)
appendFileSync(env.GITHUB_STEP_SUMMARY, summarize())

if (!passed) {
  process.stdout.write(`::error::${notPassed.size} of ${places} places did not pass; the summary lists them\n`)
  process.exitCode = 1
}

function summarize() {
  if (passed) return `## ✅ Fleet: all ${places} places passed\n`
  const rows = [...notPassed].map(([place, why]) => `| ${place} | ${why} |\n`)
  const rest = rows.length > MAX_ROWS ? `\n${rows.length - MAX_ROWS} more are in the report.\n` : ''
  const head = `## ❌ Fleet: ${rows.length} of ${places} places did not pass\n\n| place | why |\n| --- | --- |\n`
  return `${head}${rows.slice(0, MAX_ROWS).join('')}${rest}`
}
