import {
  CreateVolumeCommand,
  DeleteSecurityGroupCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
  waitUntilInstanceRunning,
  waitUntilInstanceTerminated
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll } from '@jest/globals'
import { type Ended, Job, type JobOptions } from './support/action.ts'
import { makeKey } from './support/image.ts'
import type { Scenario } from './support/policies.ts'
import { testPolicy } from './support/policy-tests.ts'
import { recipe } from './support/recipes.ts'
import { Sandbox } from './support/sandbox.ts'
import { hasGuests } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const FRIEND = '111122223333'
/** Windows guests are always scripted, and quick. */
const WINDOWS = `family: web
strategy: partial
base: { ssm: /aws/service/ami-windows-latest/Windows_Server-2016-English-Full-Base }
builder: { instance-types: [t3.large], instance-profile: ami-builder }
volumes: [{ device: /dev/sda1, kms-key: alias/root }]
share: { accounts: ["${FRIEND}"] }
verify: { findings: { unscanned: warn } }
provision:
  via: ssm
  steps: [{ name: mark, shell: powershell, run: Write-Output marked }]
`
const BOOSTED = 'boost: { iops: 4000, throughput: 1000 }'
const ON_SPOT = WINDOWS.replace('builder: { ', `builder: { spot: only, ${BOOSTED}, `)
const BY_ITSELF = recipe().replace('via: ssm', 'via: user-data')

const job = (text: string, inputs: Record<string, string> = {}): Omit<JobOptions, 'account'> => ({
  files: { 'recipe.yml': text },
  inputs
})

async function bake(account: string, text: string): Promise<string> {
  using baking = new Job(sandbox, { account, ...job(text) })
  const { code, log, outputs } = await baking.run()
  if (code !== 0) throw new Error(log)
  return outputs['image-id'] ?? ''
}

/** A bake in an account that has a key. */
const baking = (name: string, text: string, more: Partial<Scenario> = {}, faults: object[] = []): Scenario => ({
  name,
  prepare: async account => {
    await makeKey(sandbox, account, 'us-east-1', 'alias/root', [FRIEND])
    for (const fault of faults) await sandbox.post('faults', { account, ...fault })
    return job(text)
  },
  ...more
})

/** A network interface that has outlived its instance. */
async function leaveInterface(account: string, tags: Partial<RunInstancesCommandInput>): Promise<void> {
  const ec2 = sandbox.ec2(account)
  const NetworkInterfaces = [{ DeviceIndex: 0, DeleteOnTermination: false }]
  const InstanceIds = [await launch(account, { NetworkInterfaces, ...tags })]
  await ec2.send(new TerminateInstancesCommand({ InstanceIds }))
  await waitUntilInstanceTerminated({ client: ec2, ...OFTEN }, { InstanceIds })
}

const byLaunch = (one: Instance, other: Instance): number =>
  (one.LaunchTime?.getTime() ?? 0) - (other.LaunchTime?.getTime() ?? 0)

/** The post step of a run after which a volume and a network interface have stayed. */
async function actAndClean(run: Job, account: string): Promise<Ended> {
  const main = await run.run()
  const ec2 = sandbox.ec2(account)
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}))
  const instance = Reservations.flatMap(({ Instances = [] }) => Instances)
    .sort(byLaunch)
    .at(-1)
  if (!instance) return main
  const Tags = (instance.Tags ?? []).filter(({ Key }) => Key === 'ami-action:run' || Key === 'ami-action:managed')
  const tagged = <Type extends string>(ResourceType: Type) => ({ TagSpecifications: [{ ResourceType, Tags }] })
  await ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1, ...tagged('volume') }))
  await leaveInterface(account, tagged('network-interface'))
  const post = await run.post()
  return { ...post, code: main.code, log: `${main.log}\n${post.log}` }
}

const BROKEN = { operation: 'CreateImage', action: 'fail', code: 'Broken', message: 'broken' }

async function actAndLose(run: Job, account: string): Promise<Ended> {
  const lost = { account, operation: 'SendCommand', action: 'drop', when: 'after', count: 1 }
  await sandbox.post('faults', lost)
  return run.run()
}

const BAKE: readonly Scenario[] = [
  baking('a bake', WINDOWS),
  baking('the post step of a bake', WINDOWS, { act: actAndClean }),
  baking('a bake on the spot market, with a boost', ON_SPOT),
  baking('a command whose answer is lost', WINDOWS, { act: actAndLose }),
  baking('an image that EC2 fails to make', WINDOWS, { code: 1 }, [BROKEN]),
  {
    name: 'a bake that is due for a finding',
    prepare: async account => {
      await makeKey(sandbox, account, 'us-east-1', 'alias/root', [FRIEND])
      const imageId = await bake(account, WINDOWS)
      const findings = [{ SeverityLabel: 'critical', FixAvailable: true, Title: 'CVE-2026-0001' }]
      const ScanResults = { CriticalFixAvailableSince: '2036-01-01T00:00:00Z' }
      await sandbox.post('seed', { account, findings: [{ imageId, findings, ScanResults }] })
      return job(WINDOWS)
    }
  },
  ...(hasGuests ? [baking('a builder that provisions itself', BY_ITSELF)] : [])
]

const OFTEN = { minDelay: 0.05, maxDelay: 0.1, maxWaitTime: 20 }

/** Somebody's instance. */
async function launch(account: string, more: Partial<RunInstancesCommandInput> = {}): Promise<string> {
  const ec2 = sandbox.ec2(account)
  const { Images: [base] = [] } = await ec2.send(
    new DescribeImagesCommand({ Owners: ['amazon'], Filters: [{ Name: 'name', Values: ['Windows_Server-2016-*'] }] })
  )
  const request = { ImageId: base?.ImageId, InstanceType: 't3.large', MinCount: 1, MaxCount: 1, ...more } as const
  const { Instances: [instance] = [] } = await ec2.send(new RunInstancesCommand(request))
  const InstanceIds = [instance?.InstanceId ?? '']
  await waitUntilInstanceRunning({ client: ec2, ...OFTEN }, { InstanceIds })
  return InstanceIds[0] ?? ''
}

const backingUp = (name: string, more: Partial<Scenario> = {}, faults: object[] = []): Scenario => ({
  name,
  prepare: async account => {
    for (const fault of faults) await sandbox.post('faults', { account, ...fault })
    return job(`family: db\nstrategy: full\nbase: { instance: ${await launch(account)}, reboot: stop }\n`)
  },
  ...more
})

const AS_IS: readonly Scenario[] = [
  backingUp('a backup of an instance'),
  backingUp('a backup that EC2 fails to make', { code: 1 }, [BROKEN]),
  {
    name: 'an image from a snapshot',
    prepare: async account => {
      await sandbox.post('seed', { account, images: [{ Image: { Name: 'theirs' } }] })
      const ec2 = sandbox.ec2(account)
      const { Snapshots: [snapshot] = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
      return job(`family: db\nstrategy: full\nbase: { snapshot: ${snapshot?.SnapshotId}, architecture: x86_64 }\n`)
    }
  }
]

const verifying = (name: string, text: string, more: Partial<Scenario> = {}): Scenario => ({
  name,
  isRepeatable: true,
  prepare: async account => {
    await makeKey(sandbox, account, 'us-east-1', 'alias/root', [FRIEND])
    const imageId = await bake(account, text)
    await sandbox.post('seed', { account, findings: [{ imageId, findings: [] }] })
    return job(text, { command: 'verify', 'image-id': imageId })
  },
  ...more
})

/** The builders' group is gone, as in a VPC where nobody has baked. */
async function actWithoutGroup(run: Job, account: string): Promise<Ended> {
  await sandbox.ec2(account).send(new DeleteSecurityGroupCommand({ GroupName: 'ami-action-builder' }))
  return run.run()
}

const VERIFY: readonly Scenario[] = [
  verifying('a verification', WINDOWS),
  verifying('the post step of a verification', WINDOWS, { act: actAndClean, isRepeatable: false }),
  verifying('the first instance in a VPC', WINDOWS, { act: actWithoutGroup, isRepeatable: false }),
  verifying('a command whose answer is lost', WINDOWS, { act: actAndLose, isRepeatable: false }),
  ...(hasGuests ? [verifying('instances that tell by themselves', withoutProfile(BY_ITSELF))] : [])
]

function withoutProfile(text: string): string {
  return `${text.replace(', instance-profile: ami-builder', '')}verify: { findings: { unscanned: warn } }\n`
}

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html (permissions for IAM principals) */
const DOCUMENTED = ['kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo']
const unseen = {
  ...Object.fromEntries(
    DOCUMENTED.map(action => [action, 'EBS asks for it, its documents say, in what they do not tell'])
  ),
  'ssm:CancelCommand': 'asked for where an agent has not answered for two minutes after the time of a step',
  ...(!hasGuests && { 'ec2:GetConsoleOutput': 'needs real guests' })
}
// They tell of what a run has left behind, and whether others can use a key.
const OPTIONAL = [
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSpotInstanceRequests',
  'ec2:DescribeVolumes',
  'ec2:DeleteNetworkInterface',
  'ec2:DeleteVolume',
  'kms:GetKeyPolicy'
]

testPolicy({
  name: 'bake',
  sandbox: () => sandbox,
  scenarios: BAKE,
  bestEffort: OPTIONAL,
  unseen
})
testPolicy({ name: 'bake-as-is', sandbox: () => sandbox, scenarios: AS_IS })
testPolicy({
  name: 'verify',
  sandbox: () => sandbox,
  scenarios: VERIFY,
  bestEffort: [...OPTIONAL, 'ec2:GetImageAncestry', 'ec2:TerminateInstances'],
  unseen
})
