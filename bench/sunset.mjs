// `npm run bench:sunset`: how long `sunset` takes to plan for 10,000 images with 20,000 snapshots, among 2,000 launch
// templates and 500 Auto Scaling groups, in how much memory and with how many calls; and for twice that. Exits with 1
// where a goal is missed.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { idOf, post, recipeOf, seedOf } from '../scripts/family.mjs'
import { runAction } from '../scripts/run-action.mjs'
import { listCalls, startSandbox } from '../scripts/start-sandbox.mjs'

const ACCOUNT = '111122223333'
const IMAGES = 10_000
const GOALS = { seconds: 10, mib: 300, growth: 2.2 }
/** How many images one request seeds. */
const AT_ONCE = 1000

const once = await measure(1)
const twice = await measure(2)
const missed = [
  ...(once.seconds > GOALS.seconds ? [`${once.seconds.toFixed(1)} s, the goal is ${GOALS.seconds} s`] : []),
  ...(once.mib > GOALS.mib ? [`${once.mib} MiB, the goal is ${GOALS.mib} MiB`] : []),
  ...(twice.cpuSeconds > once.cpuSeconds * GOALS.growth ? ['twice the images take more than twice the time'] : []),
  ...(once.refused + twice.refused > 0 ? ['a call was throttled'] : [])
]
for (const goal of missed) console.error(`Over the goal: ${goal}`)
process.exitCode = missed.length > 0 ? 1 : 0

async function measure(factor) {
  const sandbox = await startSandbox(['--guests', 'scripted'])
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  try {
    await fill(sandbox.url, factor)
    await writeFile(join(folder, 'recipe.yml'), recipeOf('{ keep: 3, max-percent: 100 }'))
    const usage = join(folder, 'usage')
    const { seconds } = await runAction({
      url: sandbox.url,
      account: ACCOUNT,
      workspace: folder,
      inputs: { command: 'sunset', recipe: 'recipe.yml', 'aws-region': 'us-east-1', 'dry-run': 'true' },
      onLine: () => {},
      more: { NODE_OPTIONS: `--import=${recorder(usage)}` }
    })
    const { maxRSS, userCPUTime } = JSON.parse(await readFile(usage, 'utf8'))
    const calls = await listCalls(sandbox.url, ACCOUNT)
    const refused = calls.filter(({ outcome }) => outcome !== 'ok').length
    const result = { seconds, mib: Math.round(maxRSS / 1024), cpuSeconds: userCPUTime / 1e6, refused }
    console.log(`${IMAGES * factor} images: ${seconds.toFixed(1)} s, ${result.mib} MiB, ${calls.length} calls`)
    return result
  } finally {
    await rm(folder, { recursive: true })
    await sandbox.stop()
  }
}

/** What writes down at its end how much a process has used. */
function recorder(file) {
  const body = `import { writeFileSync } from 'node:fs'
process.on('exit', () => writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.resourceUsage())))`
  return `data:text/javascript,${encodeURIComponent(body)}`
}

/** One image is published, and used by all templates; one in four is valid, the others are deprecated. */
async function fill(url, factor) {
  const now = Date.now()
  const images = Array.from({ length: IMAGES * factor }, (_, i) => {
    const bakedDaysAgo = 1 + (i * 0.04) / factor
    const isOld = bakedDaysAgo > 100
    return seedOf({
      id: idOf(i),
      now,
      bakedDaysAgo,
      isPublished: i === 0,
      volumeSizes: [8, 8],
      ...(isOld && { deprecatedDaysAgo: bakedDaysAgo - 90 })
    })
  })
  for (let start = 0; start < images.length; start += AT_ONCE) {
    await post(url, 'seed', { account: ACCOUNT, images: images.slice(start, start + AT_ONCE) })
  }
  const LaunchTemplateData = { ImageId: idOf(0), InstanceType: 't3.small' }
  const LaunchTemplate = { LaunchTemplateName: 't-{n}', Version: '1' }
  const sizes = { MinSize: 0, MaxSize: 0, AvailabilityZones: ['us-east-1a'] }
  await post(url, 'seed', {
    account: ACCOUNT,
    calls: [
      {
        count: 2000 * factor,
        service: 'ec2',
        operation: 'CreateLaunchTemplate',
        input: { LaunchTemplateName: 't-{n}', LaunchTemplateData }
      },
      {
        count: 500 * factor,
        service: 'autoscaling',
        operation: 'CreateAutoScalingGroup',
        input: { AutoScalingGroupName: 'g-{n}', ...sizes, LaunchTemplate }
      }
    ]
  })
}
