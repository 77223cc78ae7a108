// `npm run simulate`: a year of a family on the embedded EC2: an image every night, published in the morning; machines that
// come and go, images that are shared; `sunset` once a week. Draws docs/sunset-year.svg: how many images there are, and how
// many GiB their snapshots have. Exits with 1 where an image that a rollback may need could not be launched, or where the
// images of the last month are more than those of the months before.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateTagsCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  EnableImageDeprecationCommand,
  ListImagesInRecycleBinCommand,
  ListSnapshotsInRecycleBinCommand,
  ModifyImageAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { drawYear } from './draw-year.mjs'
import { idOf, post, recipeOf, seedOf } from './family.mjs'
import { runAction } from './run-action.mjs'
import { startSandbox } from './start-sandbox.mjs'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
const ACCOUNT = '111122223333'
const DAY_MS = 86_400_000
const DAYS = 365
const KEEP = 3
const GIB = 16

const sandbox = await startSandbox(['--guests', 'scripted'])
const folder = await mkdtemp(join(tmpdir(), 'year-'))
const options = {
  region: 'us-east-1',
  endpoint: sandbox.url,
  credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'not-checked-by-the-sandbox' }
}
const ec2 = new EC2Client(options)
const ssm = new SSMClient(options)
const random = seeded(20_261)
const weeks = []
const problems = []
/** Instances, and the day on which each ends. */
let machines = []

try {
  await writeFile(join(folder, 'recipe.yml'), recipeOf(`{ keep: ${KEEP} }`))
  await post(sandbox.url, 'seed', { account: ACCOUNT, calls: ['EC2_IMAGE', 'EBS_SNAPSHOT'].map(ruleFor) })
  const start = Date.now()
  for (let day = 1; day <= DAYS; day++) {
    await post(sandbox.url, 'clock', { advance: '1d' })
    await liveADay(day, start + day * DAY_MS)
    if (day % 7 === 0) await endWeek(day)
  }
  await writeFile('docs/sunset-year.svg', drawYear(weeks))
} finally {
  await rm(folder, { recursive: true })
  await sandbox.stop()
}
judge()

function ruleFor(ResourceType) {
  const RetentionPeriod = { RetentionPeriodValue: 14, RetentionPeriodUnit: 'DAYS' }
  return { service: 'rbin', operation: 'CreateRule', input: { ResourceType, RetentionPeriod } }
}

/** A new image is published and replaces yesterday's; a machine may start, others end; one image in ten is shared. */
async function liveADay(day, now) {
  const id = idOf(day)
  const image = seedOf({ id, now, bakedDaysAgo: 0, isPublished: true, volumeSizes: [GIB] })
  await post(sandbox.url, 'seed', { account: ACCOUNT, images: [image] })
  await ssm.send(new PutParameterCommand({ Name: '/golden/web', Value: id, Type: 'String', Overwrite: true }))
  if (day > 1) await supersede(idOf(day - 1), now)
  if (random() < 0.1) {
    const LaunchPermission = { Add: [{ UserId: '444455556666' }] }
    await ec2.send(new ModifyImageAttributeCommand({ ImageId: id, LaunchPermission }))
  }
  if (random() < 0.3) await launch(day)
  const over = machines.filter(({ until }) => until <= day).map(({ id: instance }) => instance)
  machines = machines.filter(({ until }) => until > day)
  if (over.length > 0) await ec2.send(new TerminateInstancesCommand({ InstanceIds: over }))
}

async function supersede(id, now) {
  const Tags = [{ Key: 'ami-action:published', Value: 'superseded' }]
  await ec2.send(new CreateTagsCommand({ Resources: [id], Tags }))
  await ec2.send(new EnableImageDeprecationCommand({ ImageId: id, DeprecateAt: new Date(now + 600_000) }))
}

/** From one of the images of the last ten days, for up to forty. */
async function launch(day) {
  const ImageId = idOf(Math.max(1, day - Math.floor(random() * 10)))
  const request = { ImageId, InstanceType: 't3.small', MinCount: 1, MaxCount: 1 }
  const { Instances } = await ec2.send(new RunInstancesCommand(request))
  machines.push({ id: Instances[0].InstanceId, until: day + 1 + Math.floor(random() * 40) })
}

async function endWeek(day) {
  await runAction({
    url: sandbox.url,
    account: ACCOUNT,
    workspace: folder,
    inputs: { command: 'sunset', recipe: 'recipe.yml', 'aws-region': 'us-east-1' },
    onLine: () => {}
  })
  const week = await count(day)
  weeks.push(week)
  const newest = Array.from({ length: KEEP }, (_, i) => idOf(day - i))
  const lost = newest.filter(id => !week.launchable.has(id))
  if (lost.length > 0) problems.push(`Day ${day}: ${lost.join(', ')} can't be launched`)
  console.log(
    `day ${day}: ${week.visible} visible, ${week.deprecated} deprecated, ${week.disabled} disabled, ${week.recycled} in the bin, ${week.gib} GiB`
  )
}

async function count(day) {
  const all = { Owners: ['self'], IncludeDeprecated: true, IncludeDisabled: true }
  const [{ Images: images }, { Images: recycled }, { Snapshots: snapshots }, { Snapshots: kept }] = await Promise.all([
    ec2.send(new DescribeImagesCommand(all)),
    ec2.send(new ListImagesInRecycleBinCommand({})),
    ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] })),
    ec2.send(new ListSnapshotsInRecycleBinCommand({}))
  ])
  const available = images.filter(({ State: state }) => state === 'available')
  const deprecated = available.filter(({ DeprecationTime: time }) => time !== undefined).length
  return {
    day,
    launchable: new Set(available.map(({ ImageId: id }) => id)),
    visible: available.length - deprecated,
    deprecated,
    disabled: images.length - available.length,
    recycled: recycled?.length ?? 0,
    gib: ((snapshots?.length ?? 0) + (kept?.length ?? 0)) * GIB
  }
}

function judge() {
  const most = part => Math.max(...part.map(({ gib }) => gib))
  const [before, last] = [weeks.slice(13, -4), weeks.slice(-4)]
  if (most(last) > most(before) * 1.1) problems.push(`It grows: ${most(before)} GiB, then ${most(last)} GiB`)
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length > 0 ? 1 : 0
}

/** The same numbers in every run. */
function seeded(seed) {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}
