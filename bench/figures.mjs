// `npm run bench`: AMI Action beside Packer and a script of AWS CLI calls, where they are installed. Every run has an
// embedded EC2 of its own that takes as long as AWS does; all run at once, a few seconds apart, in under an hour. Writes
// docs/benchmarks.md; exits with 1 where a goal is missed. `--scale 0.05 --rounds 1` for a quick look, which is only
// printed and not judged. The guests are real: it needs root, on Linux.
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { measure } from './measure.mjs'
import { goalsTable, judge, summarize, tableOf } from './report.mjs'
import { ROWS } from './rows.mjs'
import { findAwsCli } from './tools/aws-cli.mjs'
import { ours } from './tools/ours.mjs'
import { findPacker } from './tools/packer.mjs'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
/** Between two starts: what a start takes of the processor is over by then. */
const APART_SECONDS = 12
const OPTIONS = {
  scale: { type: 'string', default: '1' },
  rounds: { type: 'string', default: '3' },
  only: { type: 'string' }
}

const { values } = parseArgs({ options: OPTIONS })
const [scale, rounds] = [Number(values.scale), Number(values.rounds)]
if (!(scale > 0 && scale <= 1 && rounds >= 1)) throw new Error('--scale is above 0 and at most 1, --rounds at least 1')
if (process.platform !== 'linux' || process.getuid() !== 0) throw new Error('Run it as root on Linux: guests are real')

const tools = [ours, findPacker(), findAwsCli()].filter(Boolean)
const rows = ROWS.filter(({ name }) => name.includes(values.only ?? ''))
const started = new Date()
const results = await runAll()
const goals = judge(results)
const text = `${introduction()}\n\n${tableOf(results)}\n\n## Goals\n\n${goalsTable(goals)}\n`
console.log(text)
if (scale === 1 && !values.only) {
  writeFileSync('docs/benchmarks.md', text)
  process.exitCode = goals.every(({ isMet }) => isMet) ? 0 : 1
}

async function runAll() {
  const pairs = rows.flatMap(row => tools.map(tool => ({ row, tool })))
  const runs = Array.from({ length: rounds }, () => pairs).flat()
  const settled = await Promise.allSettled(
    runs.map(async ({ row, tool }, at) => {
      await new Promise(resolve => setTimeout(resolve, at * APART_SECONDS * 1000))
      const found = await measure(tool, row, scale)
      console.error(`${row.name}, ${tool.name}: ${found.seconds?.toFixed(1) ?? 'never'} s, ${found.plain} calls`)
      return { row, tool, ...found }
    })
  )
  const failed = settled.find(({ status }) => status === 'rejected')
  if (failed) throw failed.reason
  const measured = settled.map(({ value }) => value)
  return pairs.map(({ row, tool }) => summarize(measured.filter(each => each.row === row && each.tool === tool)))
}

function introduction() {
  const machine = `${cpus().length} processors (${cpus()[0].model}), ${Math.round(totalmem() / 2 ** 30)} GiB`
  return `# Benchmarks

Written by \`npm run bench\` on ${started.toISOString().slice(0, 10)}; ${machine}; Node ${process.versions.node};
${tools.map(({ name }) => name).join(', ')}. Each run is on an embedded EC2 of its own, whose instances, images and
copies take as long as those of AWS (nothing is scaled); ${rounds} rounds, ${((Date.now() - started) / 60_000).toFixed(0)} minutes for all. It is not AWS: what the
figures show is what a tool adds to EC2's own time, and what it leaves.

- *÷ critical path*: wall time by EC2's own seconds on the longest path of that tool: launch to stop, CreateImage to
  image, the longest copy. Blank where Packer has deleted the snapshot that tells when its first image was made.
- *seconds ÷ Packer's*, with regions: both tools copy side by side, once the image at home is made, and wait for the same
  EC2; \`wall ÷ critical path\` says how little there is to win.
- *EC2 calls*: without *safety reads*, told apart by the same rules for every tool: dry runs, what looks only whether a bake
  can succeed before anything was created, and what reads back what was made.
- *cancelled*: seconds from SIGINT to the accepted TerminateInstances. Signals as GitHub sends them: SIGINT to the process
  of the step, SIGTERM 7.5 s later, 2.5 s after that the end of all its processes; then the post step, where there is one.
- *second run*: Packer and the script build again, under a new name. The script ends its builder in a \`trap\`.`
}
