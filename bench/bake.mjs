// `npm run bench`: the wall time and the AWS calls of a plain bake, ours beside Packer's where it is installed. Each has an
// embedded EC2 of its own that takes as long as AWS does, both at once: about eight minutes. `--scale 0.05` for a quick
// look, which proves nothing. Exits with 1 where ours makes more calls than Packer, safety reads apart for both. The guests
// are real: it needs root, on Linux.
import { parseArgs } from 'node:util'
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  EC2Client
} from '@aws-sdk/client-ec2'
import { listCalls, startSandbox } from '../scripts/start-sandbox.mjs'
import { listTools, REGION } from './bake-tools.mjs'
import { countBy, tallyCalls } from './tally-calls.mjs'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
const ACCOUNT = '111122223333'
const scale = readScale()
const ratio = (ours, theirs) => (ours / theirs).toFixed(2)

if (process.platform !== 'linux' || process.getuid() !== 0) throw new Error('Run it as root on Linux: guests are real')

const sandboxes = []
try {
  report(await Promise.all(listTools().map(measure)))
} finally {
  await Promise.all(sandboxes.map(({ stop }) => stop()))
}

function readScale() {
  const { values } = parseArgs({ options: { scale: { type: 'string', default: '1' } } })
  const found = Number(values.scale)
  if (found > 0 && found <= 1) return found
  console.error(`--scale takes a factor above 0 and up to 1, not '${values.scale}'`)
  process.exit(1)
}

async function measure(tool) {
  const sandbox = await startSandbox(['--latency', scale === 1 ? 'aws' : String(scale)])
  sandboxes.push(sandbox)
  const start = performance.now()
  await tool.bake({ url: sandbox.url, account: ACCOUNT, scale })
  const seconds = (performance.now() - start) / 1000
  const calls = await listCalls(sandbox.url, ACCOUNT)
  return { ...tool, seconds, ...tallyCalls(calls), leftovers: await listLeftovers(sandbox.url) }
}

/** What is there beside one image with its snapshot. */
async function listLeftovers(endpoint) {
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'not-checked-by-the-sandbox' }
  const ec2 = new EC2Client({ endpoint, region: REGION, credentials })
  const { Reservations: reservations } = await ec2.send(new DescribeInstancesCommand({}))
  const { Images: images } = await ec2.send(new DescribeImagesCommand({ Owners: ['self'] }))
  const { Snapshots: snapshots } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
  const { KeyPairs: keys } = await ec2.send(new DescribeKeyPairsCommand({}))
  const { SecurityGroups: groups } = await ec2.send(new DescribeSecurityGroupsCommand({}))
  const states = reservations.flatMap(({ Instances }) => Instances.map(({ State }) => State.Name))
  const left = [
    ...states.filter(state => !['shutting-down', 'terminated'].includes(state)).map(state => `instance (${state})`),
    ...images.slice(1).map(() => 'image'),
    ...snapshots.slice(1).map(() => 'snapshot'),
    ...keys.map(() => 'key pair'),
    ...groups.filter(({ GroupName }) => GroupName !== 'default').map(({ GroupName }) => GroupName)
  ]
  return [...countBy(left, what => what)].map(([what, count]) => (count > 1 ? `${count} × ${what}` : what))
}

function report(rows) {
  console.log(`plain bake, ${scale === 1 ? 'as long as on AWS' : `waits scaled by ${scale}: a quick look`}\n`)
  console.log('| tool | wall seconds | calls | safety reads apart | throttled | leftovers |')
  console.log('| --- | ---: | ---: | ---: | ---: | --- |')
  for (const { version, seconds, plain, safety, throttled, leftovers } of rows) {
    const left = leftovers.map(what => (what === 'ami-action-builder' ? `${what} (a group for all bakes)` : what))
    console.log(
      `| ${version} | ${seconds.toFixed(0)} | ${plain} | ${safety} | ${throttled} | ${left.join(', ') || 'none'} |`
    )
  }
  const operations = [...new Set(rows.flatMap(({ byOperation }) => [...byOperation.keys()]))]
  console.log(`\n| calls | ${rows.map(({ name }) => name).join(' | ')} |\n| --- |${' ---: |'.repeat(rows.length)}`)
  for (const each of operations) {
    console.log(`| ${each} | ${rows.map(({ byOperation }) => byOperation.get(each) ?? 0).join(' | ')} |`)
  }
  judge(rows)
}

function judge([packer, ours]) {
  if (!ours) return console.log('\nPacker is not here: our own figures only')
  console.log(
    `\nratio, ours to Packer: calls ${ratio(ours.plain, packer.plain)}, seconds ${ratio(ours.seconds, packer.seconds)}`
  )
  if (scale < 1 || ours.plain <= packer.plain) return
  console.error(`Over the goal: ${ours.plain} calls, Packer makes ${packer.plain}`)
  process.exitCode = 1
}
