// Looks at a sandbox's account beside the tool that works in it. Its own calls are told apart by its role.
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  EC2Client
} from '@aws-sdk/client-ec2'
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { listCalls } from '../scripts/start-sandbox.mjs'
import { HOME } from './rows.mjs'
import { countBy } from './tally-calls.mjs'
import { SECRET } from './tools/subject.mjs'

const ROLE = 'observer'
const PAUSE_MS = 500
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

/** What the tool itself has called of EC2, oldest first. */
export async function callsOfTool(url, account) {
  return (await listCalls(url, account)).filter(
    ({ principal, service }) => service === 'ec2' && !principal.includes(`/${ROLE}/`)
  )
}

export async function observe(url, account) {
  const root = { accessKeyId: account, secretAccessKey: SECRET }
  const sts = new STSClient({ endpoint: url, region: HOME, credentials: root })
  const role = { RoleArn: `arn:aws:iam::${account}:role/${ROLE}`, RoleSessionName: 'bench' }
  const { Credentials } = await sts.send(new AssumeRoleCommand({ ...role, DurationSeconds: 3600 }))
  const credentials = {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken
  }
  const ec2 = region => new EC2Client({ endpoint: url, region, credentials })
  const kms = region => new KMSClient({ endpoint: url, region, credentials })
  return {
    makeKey: (region, alias) => makeKey(kms(region), alias),
    waitForStop: signal => waitForStop(ec2(HOME), signal),
    listDone: regions => Promise.all(regions.map(region => listDone(ec2(region), region))).then(all => all.flat()),
    listLeftovers: expected => listLeftovers(ec2(HOME), expected)
  }
}

async function makeKey(kms, alias) {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyMetadata.KeyId }))
}

/** When a builder had stopped: nothing tells it afterwards. */
async function waitForStop(ec2, signal) {
  while (!signal.aborted) {
    const states = await listStates(ec2)
    if (states.includes('stopped')) return Date.now()
    await pause(PAUSE_MS)
  }
}

/** When each image of the account was complete: the last of its snapshots was. */
async function listDone(ec2, region) {
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
  return Snapshots.map(({ CompletionTime }) => ({ region, time: CompletionTime?.getTime() ?? 0 }))
}

async function listStates(ec2) {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}))
  return Reservations.flatMap(({ Instances }) => Instances.map(({ State }) => State.Name))
}

/** What is there in the home region beside so many images with one snapshot each. */
async function listLeftovers(ec2, images) {
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['self'] }))
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
  const { KeyPairs = [] } = await ec2.send(new DescribeKeyPairsCommand({}))
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}))
  const states = await listStates(ec2)
  const left = [
    ...states.filter(state => !['shutting-down', 'terminated'].includes(state)).map(state => `instance (${state})`),
    ...Images.slice(images).map(() => 'image'),
    ...Snapshots.slice(images).map(() => 'snapshot'),
    ...KeyPairs.map(() => 'key pair'),
    ...SecurityGroups.filter(({ GroupName }) => GroupName !== 'default').map(({ GroupName }) => nameOf(GroupName))
  ]
  return [...countBy(left, what => what)].map(([what, count]) => (count > 1 ? `${count} × ${what}` : what))
}

const nameOf = group =>
  group === 'ami-action-builder' ? `${group} (a group for all bakes)` : group.replace(/^packer_.*/, 'security group')
