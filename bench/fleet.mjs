// `npm run bench:fleet`: how long `verify` of a fleet takes, how much memory the action's process needs, and how many calls
// it makes: 5,000 instances in ten regions, then ever more in one region. Exits with 1 where a goal is missed. On Linux.
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runAction } from '../scripts/run-action.mjs'
import { listCalls, startSandbox } from '../scripts/start-sandbox.mjs'

const ACCOUNT = '111122223333'
const REGIONS = ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'eu-west-1', 'eu-west-2']
REGIONS.push('eu-central-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-northeast-1')
const PAGE_SIZE = 250
const ROUNDS = 3
const GOALS = { seconds: 5, mib: 200 }
const RECIPE = 'family: web\nstrategy: partial\nbase: { id: ami-0123456789abcdef0 }\n'

const missed = []
const whole = await measure(REGIONS, 500)
const [one, ...more] = [
  await measure(['us-east-1'], 1_000),
  await measure(['us-east-1'], 3_000),
  await measure(['us-east-1'], 5_000)
]

console.log('| fleet | seconds (median of 3) | peak MiB | calls |\n| --- | ---: | ---: | ---: |')
for (const { name, seconds, mib, calls } of [whole, one, ...more]) {
  console.log(`| ${name} | ${seconds.toFixed(2)} | ${mib.toFixed(0)} | ${calls} |`)
}
judge(`5,000 instances in ten regions: ${whole.seconds.toFixed(2)} s`, whole.seconds, GOALS.seconds)
judge(`5,000 instances in ten regions: ${whole.mib.toFixed(0)} MiB`, whole.mib, GOALS.mib)
for (const { name, pages, calls } of more) {
  judge(
    `${name}: ${calls - one.calls} more calls for ${pages - one.pages} more pages`,
    calls - one.calls,
    pages - one.pages
  )
}
for (const goal of missed) console.error(`Over the goal: ${goal}`)
process.exitCode = missed.length > 0 ? 1 : 0

async function measure(regions, perRegion) {
  const { url, stop } = await startSandbox(['--guests', 'scripted'])
  const workspace = await mkdtemp(join(tmpdir(), 'bench-'))
  try {
    await writeFile(join(workspace, 'recipe.yml'), RECIPE)
    for (const region of regions) await seed(url, region, perRegion)
    const runs = []
    for (let round = 0; round < ROUNDS; round++) runs.push(await look(url, workspace, regions))
    const calls = (await listCalls(url, ACCOUNT)).length / ROUNDS
    const [, { seconds }] = runs.sort((a, b) => a.seconds - b.seconds)
    const name = `${(regions.length * perRegion).toLocaleString('en-US')} instances, ${regions.length} region${regions.length > 1 ? 's' : ''}`
    return {
      name,
      seconds,
      calls,
      mib: Math.max(...runs.map(run => run.mib)),
      pages: Math.ceil(perRegion / PAGE_SIZE) * regions.length
    }
  } finally {
    await stop()
    await rm(workspace, { recursive: true })
  }
}

async function look(url, workspace, regions) {
  let mib = 0
  const onStart = ({ pid }) => {
    const timer = setInterval(() => {
      try {
        mib = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024 || mib
      } catch {
        clearInterval(timer)
      }
    }, 10)
  }
  const inputs = {
    command: 'verify',
    fleet: 'true',
    recipe: 'recipe.yml',
    'aws-region': 'us-east-1',
    regions: regions.join(',')
  }
  const { seconds } = await runAction({ url, account: ACCOUNT, workspace, inputs, onLine: () => undefined, onStart })
  return { seconds, mib }
}

/** Of ten instances nine run from the good image of the family, one from another. */
async function seed(url, region, perRegion) {
  const images = ['ami-000000000000000aa', 'ami-000000000000000bb'].map((ImageId, n) => ({
    ageDays: n * 200,
    tags: {
      'ami-action:self': ImageId,
      'ami-action:family': n === 0 ? 'web' : 'other',
      'ami-action:channel': 'release'
    },
    Image: { ImageId, Name: `web-${n}` }
  }))
  const tags = { Name: 'web-{n}', team: 'platform', 'cost-center': '4711', environment: 'production' }
  // A subnet has 4,091 addresses, and not every region the same zones.
  const placements =
    perRegion > 500 ? ['a', 'b'].map(zone => ({ Placement: { AvailabilityZone: `${region}${zone}` } })) : [{}]
  const instances = images.flatMap(({ Image: { ImageId } }, n) =>
    placements.map(placement => ({
      count: (perRegion * (n === 0 ? 9 : 1)) / 10 / placements.length,
      tags,
      RunInstances: { ImageId, InstanceType: 't3.micro', ...placement }
    }))
  )
  const body = JSON.stringify({ account: ACCOUNT, region, images, instances })
  const answer = await fetch(`${url}/_sandbox/seed`, { method: 'POST', body })
  if (!answer.ok) throw new Error(await answer.text())
}

function judge(sentence, found, goal) {
  console.log(`${sentence} (goal: ${goal})`)
  if (!(found <= goal)) missed.push(sentence)
}
