// `npm run bench:copy`: how long `copy` and `encrypt` take beside EC2's own waits. Each row has an embedded EC2 of its own
// that takes as long as AWS does, all at once: about a quarter of an hour. `--scale 0.02` for a quick look, which is not
// judged. Exits with 1 where a goal is missed. The guests of the bake are real: it needs root, on Linux.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DescribeImagesCommand, DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { runAction } from '../scripts/run-action.mjs'
import { startSandbox } from '../scripts/start-sandbox.mjs'
import { findCriticalSeconds, tallyThrottled } from './critical-path.mjs'
import { callsOfTool, observe } from './observer.mjs'
import { HOME as REGION } from './rows.mjs'
import { bakeRecipe } from './tools/ours.mjs'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
const ACCOUNT = '111122223333'
const OTHERS = ['us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2']
const GOALS = { many: 1.1, critical: 1.05 }

const { values } = parseArgs({ options: { scale: { type: 'string', default: '1' } } })
const scale = Number(values.scale)
const missed = []
const rows = [
  { name: 'encrypt in 1 region', run: url => encryptIn(url, ['eu-west-1']) },
  { name: 'encrypt in 17 regions', run: async url => encryptIn(url, await listRegions(url)) },
  { name: 'bake + copy to 4 regions, a key in each', run: bakeAndCopy }
]

const [one, many, whole] = await Promise.all(rows.map(measure))
report([one, many, whole])
if (scale === 1) {
  judge(`17 regions to one: ${ratio(many.seconds, one.seconds)}`, many.seconds / one.seconds, GOALS.many)
  judge(
    `wall to critical path: ${ratio(whole.seconds, whole.critical)}`,
    whole.seconds / whole.critical,
    GOALS.critical
  )
  judge(`calls of 17 regions to 17 times one's: ${many.calls} to ${17 * one.calls}`, many.calls / (17 * one.calls), 1)
}
if ([one, many, whole].some(({ throttled }) => throttled > 0)) missed.push('a call was throttled')
for (const goal of missed) console.error(`Over the goal: ${goal}`)
process.exitCode = missed.length > 0 ? 1 : 0

async function measure({ name, run }) {
  const sandbox = await startSandbox(['--latency', scale === 1 ? 'aws' : String(scale)])
  try {
    const start = performance.now()
    const stopped = await run(sandbox.url)
    const seconds = (performance.now() - start) / 1000
    const calls = await callsOfTool(sandbox.url, ACCOUNT)
    const regions = [...new Set(calls.map(({ region }) => region))]
    const done = await (await observe(sandbox.url, ACCOUNT)).listDone(regions)
    const critical = findCriticalSeconds(calls, done, stopped)
    return { name, seconds, critical, ...tallyThrottled(calls) }
  } finally {
    await sandbox.stop()
  }
}

function ec2Of(endpoint) {
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'not-checked' }
  return new EC2Client({ endpoint, region: REGION, credentials })
}

async function listRegions(url) {
  const { Regions = [] } = await ec2Of(url).send(new DescribeRegionsCommand({}))
  return Regions.map(({ RegionName }) => RegionName)
}

async function encryptIn(url, regions) {
  const filters = [{ Name: 'name', Values: ['debian-12-amd64-*'] }]
  const { Images = [] } = await ec2Of(url).send(new DescribeImagesCommand({ Filters: filters }))
  const inputs = { command: 'encrypt', 'image-id': Images[0].ImageId, 'aws-region': REGION, regions: regions.join(',') }
  await inWorkspace({}, workspace => act(url, workspace, inputs))
}

async function bakeAndCopy(url) {
  const observer = await observe(url, ACCOUNT)
  for (const region of [REGION, ...OTHERS]) await observer.makeKey(region, 'alias/golden')
  const recipe = bakeRecipe(scale, 'alias/golden', OTHERS)
  return inWorkspace({ 'recipe.yml': recipe }, async workspace => {
    const baking = act(url, workspace, { command: 'bake', recipe: 'recipe.yml', 'aws-region': REGION })
    const stopping = observer.waitForStop(new AbortController().signal)
    const [stopped, { outputs }] = await Promise.all([stopping, baking])
    await act(url, workspace, { command: 'copy', recipe: 'recipe.yml', images: outputs.images, 'aws-region': REGION })
    return stopped
  })
}

function act(url, workspace, inputs) {
  return runAction({ url, account: ACCOUNT, workspace, inputs, onLine: () => undefined })
}

async function inWorkspace(files, body) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
    return await body(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

function ratio(one, other) {
  return (one / other).toFixed(3)
}

function judge(sentence, found, goal) {
  console.log(`${sentence} (goal: ${goal})`)
  if (!(found <= goal)) missed.push(sentence)
}

function report(all) {
  console.log(`copies, ${scale === 1 ? 'as long as on AWS' : `waits scaled by ${scale}: a quick look`}\n`)
  console.log('| what | wall seconds | critical path | calls | throttled |\n| --- | ---: | ---: | ---: | ---: |')
  for (const { name, seconds, critical, calls, throttled } of all) {
    console.log(`| ${name} | ${seconds.toFixed(1)} | ${critical.toFixed(1)} | ${calls} | ${throttled} |`)
  }
  console.log()
}
