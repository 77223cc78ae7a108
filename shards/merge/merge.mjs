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
const merged = mergeShards(JSON.parse(env.INPUT_SHARDS), results)
const { passed, places, failed, unexamined, reports } = merged

const reportFile = join(env.RUNNER_TEMP, 'fleet-report.json')
writeFileSync(reportFile, `${JSON.stringify({ passed, places, failed, unexamined, reports }, null, 2)}\n`)
const outputs = { passed, 'failed-regions': JSON.stringify([...failed, ...unexamined]), 'report-file': reportFile }
appendFileSync(
  env.GITHUB_OUTPUT,
  Object.entries(outputs)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
)
appendFileSync(env.GITHUB_STEP_SUMMARY, summarize())

if (!passed) {
  process.stdout.write(`::error::${failed.length} of ${places} places failed, ${unexamined.length} were not examined\n`)
  process.exitCode = 1
}

function summarize() {
  if (passed) return `## ✅ Fleet: all ${places} places passed\n`
  const rows = [...failed.map(place => [place, 'failed']), ...unexamined.map(place => [place, 'not examined'])]
  const shown = rows.slice(0, MAX_ROWS).map(([place, what]) => `| ${place} | ${what} |\n`)
  const rest = rows.length > MAX_ROWS ? `\n${rows.length - MAX_ROWS} more are in the report.\n` : ''
  return `## ❌ Fleet: ${rows.length} of ${places} places did not pass\n\n| place | |\n| --- | --- |\n${shown.join('')}${rest}`
}
