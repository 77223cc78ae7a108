import {
  CreateVolumeCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
  waitUntilInstanceRunning,
  waitUntilInstanceTerminated
} from '@aws-sdk/client-ec2'
import { type Ended, Job, type JobOptions } from './action.ts'
import { recipe } from './recipes.ts'
import type { Sandbox } from './sandbox.ts'
import { hasGuests } from './with-guests.ts'

export const FRIEND = '111122223333'
/** Windows guests are always scripted, and quick. */
export const WINDOWS = `family: web
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
export const BY_ITSELF = recipe().replace('via: ssm', 'via: user-data')

export const job = (text: string, inputs: Record<string, string> = {}): Omit<JobOptions, 'account'> => ({
  files: { 'recipe.yml': text },
  inputs
})

export async function bake(sandbox: Sandbox, account: string, text: string): Promise<string> {
  using baking = new Job(sandbox, { account, ...job(text) })
  const { code, log, outputs } = await baking.run()
  if (code !== 0) throw new Error(log)
  return outputs['image-id'] ?? ''
}

const OFTEN = { minDelay: 0.05, maxDelay: 0.1, maxWaitTime: 20 }

/** Somebody's instance. */
export async function launch(
  sandbox: Sandbox,
  account: string,
  more: Partial<RunInstancesCommandInput> = {}
): Promise<string> {
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

/** A network interface that has outlived its instance. */
async function leaveInterface(
  sandbox: Sandbox,
  account: string,
  tags: Partial<RunInstancesCommandInput>
): Promise<void> {
  const ec2 = sandbox.ec2(account)
  const NetworkInterfaces = [{ DeviceIndex: 0, DeleteOnTermination: false }]
  const InstanceIds = [await launch(sandbox, account, { NetworkInterfaces, ...tags })]
  await ec2.send(new TerminateInstancesCommand({ InstanceIds }))
  await waitUntilInstanceTerminated({ client: ec2, ...OFTEN }, { InstanceIds })
}

const byLaunch = (one: Instance, other: Instance): number =>
  (one.LaunchTime?.getTime() ?? 0) - (other.LaunchTime?.getTime() ?? 0)

/** The post step of a run after which a volume and a network interface have stayed. */
export async function actAndClean(run: Job, account: string, sandbox: Sandbox): Promise<Ended> {
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
  await leaveInterface(sandbox, account, tagged('network-interface'))
  const post = await run.post()
  return { ...post, code: main.code, log: `${main.log}\n${post.log}` }
}

/** The answer to a command is lost. */
export async function actAndLose(run: Job, account: string, sandbox: Sandbox): Promise<Ended> {
  const lost = { account, operation: 'SendCommand', action: 'drop', when: 'after', count: 1 }
  await sandbox.post('faults', lost)
  return run.run()
}

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html (permissions for IAM principals) */
const DOCUMENTED = ['kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo']
/** Actions that no scenario shows a use of, and why. */
export const UNSEEN: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    DOCUMENTED.map(action => [action, 'EBS asks for it, its documents say, in what they do not tell'])
  ),
  'ssm:CancelCommand': 'asked for where an agent has not answered for two minutes after the time of a step',
  ...(!hasGuests && { 'ec2:GetConsoleOutput': 'needs real guests' })
}
/** They tell of what a run has left behind, and whether others can use a key. */
export const BEST_EFFORT = [
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSpotInstanceRequests',
  'ec2:DescribeVolumes',
  'ec2:DeleteNetworkInterface',
  'ec2:DeleteVolume',
  'kms:GetKeyPolicy'
]
