// `npm run chaos -- --seed N --runs N [--command NAME] [--workers N] [--trace]`: commands through faults and interruptions,
// each beside a run of the same world without any. Prints what went wrong, and how to see it again; then exits with 1.
import { parseArgs } from 'node:util'
import { runOnce } from './run.mjs'
import { WORLDS } from './worlds/worlds.mjs'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '20' },
    command: { type: 'string' },
    workers: { type: 'string', default: '4' },
    trace: { type: 'boolean', default: false }
  }
})
const names = values.command ? [values.command] : Object.keys(WORLDS)
const first = Number(values.seed)
const end = first + Number(values.runs)
let next = first
const tally = { passed: 0, failed: 0 }

await Promise.all(Array.from({ length: Number(values.workers) }, work))
console.log(`Tests: ${tally.passed} passed, ${tally.failed} failed, 0 skipped`)
process.exitCode = tally.failed > 0 ? 1 : 0

async function work() {
  while (next < end) {
    const seed = next++
    // The command follows from the seed alone, so that one run can be repeated without the others.
    const name = names[seed % names.length]
    const { problems, interruption, trace } = await runOnce(seed, name).catch(failed)
    tally[problems.length > 0 ? 'failed' : 'passed']++
    if (problems.length > 0) tell({ seed, name, interruption, problems })
    if (values.trace) console.log(trace.join('\n'))
  }
}

function failed(error) {
  return { problems: [`the run itself: ${error.stack}`], interruption: 'unknown', trace: [] }
}

function tell({ seed, name, interruption, problems }) {
  console.log(`\n✗ seed ${seed}, ${name}, interruption: ${interruption}`)
  for (const problem of problems) console.log(`  ${problem.slice(0, 1500)}`)
  console.log(`  again: npm run chaos -- --seed ${seed} --runs 1 --command ${name} --trace`)
}
