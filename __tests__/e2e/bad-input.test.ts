import { CreateTagsCommand, RegisterImageCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

const GOOD = `family: web
strategy: partial
base: { ssm: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 }
builder: { instance-types: [t3.small], instance-profile: ami-builder }
provision:
  via: ssm
  steps: [{ name: hello, run: echo hello }]
`
const BASE = 'base: { ssm: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 }'

/** The good recipe with one part replaced. */
function edit(from: string, to: string): string {
  if (!GOOD.includes(from)) throw new Error(`The recipe has no ${from}`)
  return GOOD.replace(from, to)
}

const withVolumes = (volumes: string): string => `${GOOD}volumes: [${volumes}]\n`

interface Row {
  readonly name: string
  readonly recipe?: string
  readonly inputs?: Readonly<Record<string, string>>
  /** What the annotation must say; a leading `recipe.yml:N` is its place. */
  readonly says: string | RegExp
}

const ROWS: readonly Row[] = [
  { name: 'unknown command', inputs: { command: 'bakee' }, says: "found 'bakee'; did you mean bake?" },
  { name: 'no recipe', inputs: { recipe: '' }, says: /Input recipe: expected the path of a recipe .*found nothing/ },
  { name: 'recipe missing', inputs: { recipe: 'nowhere.yml' }, says: /Expected a file at 'nowhere\.yml', found none/ },
  {
    name: 'recipe outside the workspace',
    inputs: { recipe: '../../etc/passwd' },
    says: /inside the workspace, found '..\/..\/etc\/passwd'/
  },
  {
    name: 'bad region',
    inputs: { 'aws-region': 'europe' },
    says: /Input aws-region: expected a region .*found 'europe'/
  },
  {
    name: 'region that does not exist',
    inputs: { 'aws-region': 'xx-east-9' },
    says: /failed in xx-east-9: .*the region is not enabled in the account/
  },
  {
    name: 'wrong role ARN',
    inputs: { 'role-to-assume': 'ami-builder' },
    says: /Input role-to-assume: expected the ARN of a role .*found 'ami-builder'/
  },
  {
    name: 'bad duration of a role',
    inputs: { 'role-duration-seconds': 'soon' },
    says: /expected a whole number from 900 to 43200, found 'soon'/
  },
  {
    name: 'bad time-out',
    inputs: { timeout: '90' },
    says: /Input timeout: expected a duration such as 90m, .*found '90'/
  },
  { name: 'bad boolean', inputs: { 'dry-run': 'yess' }, says: "Input dry-run: expected true or false, found 'yess'" },
  { name: 'bad channel', inputs: { channel: 'beta' }, says: "Input channel: expected release or test, found 'beta'" },
  {
    name: 'bad on-cancel',
    inputs: { 'on-cancel': 'drop' },
    says: "Input on-cancel: expected keep or discard, found 'drop'"
  },
  {
    name: 'reserved tag',
    inputs: { tags: 'aws:team=x' },
    says: /Input tags: expected a key that does not start with aws:.* in 'aws:team'/
  },
  {
    name: 'YAML error',
    recipe: edit('strategy: partial', 'strategy: [partial'),
    says: /file=recipe\.yml,line=3,.*Not valid YAML/
  },
  { name: 'unknown key', recipe: `${GOOD}voluems: []\n`, says: 'voluems: unknown key; did you mean volumes?' },
  {
    name: 'unknown key in a step',
    recipe: edit('run:', 'rnu:'),
    says: /provision\.steps\[0\]\.rnu: unknown key; expected name, run, /
  },
  { name: 'duplicate key', recipe: `${GOOD}family: api\n`, says: /line=8,.*Map keys must be unique/ },
  { name: 'no family', recipe: edit('family: web\n', ''), says: /family: expected a family name .*found nothing/ },
  {
    name: 'bad family',
    recipe: edit('family: web', 'family: "web$1"'),
    says: /family: expected a family name .*found 'web\$1'/
  },
  {
    name: 'bad strategy',
    recipe: edit('strategy: partial', 'strategy: half'),
    says: "strategy: expected full, partial or os-only, found 'half'"
  },
  {
    name: 'bad validity',
    recipe: `${GOOD}valid-for: sixty days\n`,
    says: /valid-for: expected a duration such as .*found 'sixty days'/
  },
  {
    name: 'bad time-out of a step',
    recipe: edit('run: echo', 'timeout: 5 min, run: echo'),
    says: /steps\[0\]\.timeout: expected a duration such as .*found '5 min'/
  },
  {
    name: 'script missing',
    recipe: edit('run: echo hello', 'script: nowhere.sh'),
    says: /line=7,.*Expected a file at 'nowhere\.sh', found none/
  },
  {
    name: 'provisioning of os-only',
    recipe: edit('strategy: partial', 'strategy: os-only'),
    says: /steps: expected none with strategy os-only, found 1/
  },
  {
    name: 'bad image name',
    recipe: `${GOOD}name: "web:{date}"\n`,
    says: /name: expected letters, digits, .*found ':'/
  },
  {
    name: 'unknown placeholder in the name',
    recipe: `${GOOD}name: "web-{day}"\n`,
    says: /name: expected the placeholders .*found \{day\}/
  },
  { name: 'duplicate image name', recipe: `${GOOD}name: taken\n`, says: /free in us-east-1; found taken in use/ },
  {
    name: 'two bases in one recipe',
    recipe: edit(BASE, 'base: { id: ami-0123456789abcdef0, ssm: /a }'),
    says: /base: expected exactly one of .*found id and ssm/
  },
  {
    name: 'bad base id',
    recipe: edit(BASE, 'base: { id: ami-123 }'),
    says: /base\.id: expected an image id .*found 'ami-123'/
  },
  {
    name: 'unknown base',
    recipe: edit(BASE, 'base: { id: ami-0123456789abcdef0 }'),
    says: /ami-0123456789abcdef0 matches no image/
  },
  {
    name: 'unknown parameter',
    recipe: edit(BASE, 'base: { ssm: /golden/none }'),
    says: /SSM parameter \/golden\/none of the base does not exist in us-east-1/
  },
  {
    name: 'base of nobody',
    recipe: edit(BASE, 'base: { name: "no-such-*", owners: [amazon] }'),
    says: /no-such-\*.*matches no image/
  },
  {
    name: 'two bases found where one is wanted',
    recipe: edit(BASE, 'base: { name: "al2023-ami-2023*", owners: [amazon] }'),
    says: /Expected one base, found images of .*architecture: /
  },
  {
    name: 'bash for Windows',
    recipe: edit(BASE, 'base: { ssm: /aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base }'),
    says: /Expected step 'hello' to be a PowerShell script, as the base is Windows, found bash\. Say `shell: powershell`/
  },
  {
    name: 'base too old',
    recipe: edit(' }\nbuilder', ', max-age: 1m }\nbuilder'),
    says: /Expected a fresh base, found ami-\w+ .* old, more than max-age \(1 min\)\. .*`base: \{ stale: warn \}`/
  },
  {
    name: 'bad size',
    recipe: withVolumes('{ device: /dev/xvda, size: big }'),
    says: /volumes\[0\]\.size: expected a whole number of GiB .*found 'big'/
  },
  {
    name: 'volume smaller than the base',
    recipe: withVolumes('{ device: /dev/xvda, size: 1 }'),
    says: /Expected at least 8 GiB for \/dev\/xvda.*found 1 GiB/
  },
  {
    name: 'further volume without a size',
    recipe: withVolumes('{ device: /dev/sdf }'),
    says: 'Expected a size for the volume /dev/sdf, found none'
  },
  {
    name: 'bad device',
    recipe: withVolumes('{ device: C, size: 8 }'),
    says: /device: expected a device name such as .*found 'C'/
  },
  {
    name: 'key of another region',
    recipe: withVolumes(
      '{ device: /dev/xvda, kms-key: "arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012" }'
    ),
    says: /Expected a KMS key of us-east-1, found .*which is of eu-west-1/
  },
  {
    name: 'unknown key alias',
    recipe: withVolumes('{ device: /dev/xvda, kms-key: alias/none }'),
    says: 'Expected a KMS key, found none named alias/none in us-east-1'
  },
  {
    name: 'unknown instance type',
    recipe: edit('t3.small', 't3.smal'),
    says: 'Expected an instance type that us-east-1 has, found t3.smal'
  },
  {
    name: 'instance type of another architecture',
    recipe: edit('t3.small', 't4g.small'),
    says: /Expected an instance type for x86_64.*found t4g\.small, which is arm64/
  },
  {
    name: 'unknown subnet',
    recipe: edit('builder: {', 'builder: { subnets: [subnet-0123456789abcdef0],'),
    says: /Expected subnets .*found none in us-east-1 with id subnet-0123456789abcdef0/
  },
  {
    name: 'what becomes of a stale base',
    recipe: edit(' }\nbuilder', ', stale: ignore }\nbuilder'),
    says: "base.stale: expected refuse or warn, found 'ignore'"
  },
  {
    name: 'instance without a word on its restart',
    recipe: edit(BASE, 'base: { instance: i-0123456789abcdef0 }'),
    says: 'base: expected reboot: stop, reboot or none beside instance'
  },
  {
    name: 'steps on an instance as it is',
    recipe: edit(BASE, 'base: { instance: i-0123456789abcdef0, reboot: none }'),
    says: /provision\.steps: expected none with a backup, found 1/
  },
  {
    name: 'image of an instance as it is',
    recipe: `family: a\nstrategy: full\npurpose: image\nbase: { instance: i-0123456789abcdef0, reboot: none }\n`,
    says: /recipe\.yml:3:10: purpose: an instance as it is makes a backup, no image/
  },
  {
    name: 'unknown instance',
    recipe: 'family: a\nstrategy: full\nbase: { instance: i-0123456789abcdef0, reboot: none }\n',
    says: 'Expected an instance, found none with the id i-0123456789abcdef0 in us-east-1'
  },
  {
    name: 'snapshot without architecture',
    recipe: 'family: a\nstrategy: full\nbase: { snapshot: snap-0123456789abcdef0 }\n',
    says: 'base: expected architecture: x86_64 or arm64 beside snapshot, which does not tell it'
  },
  {
    name: 'unknown snapshot',
    recipe: 'family: a\nstrategy: full\nbase: { snapshot: snap-0123456789abcdef0, architecture: x86_64 }\n',
    says: 'Expected a snapshot, found none with the id snap-0123456789abcdef0 in us-east-1'
  },
  {
    name: 'TPM without UEFI',
    recipe: 'family: a\nstrategy: full\nbase: { snapshot: snap-0123456789abcdef0, architecture: x86_64, tpm: v2.0 }\n',
    says: 'base: tpm goes with boot-mode: uefi only, found none'
  },
  {
    name: 'bad market',
    recipe: edit('builder: {', 'builder: { spot: always,'),
    says: "builder.spot: expected prefer, only or never, found 'always'"
  },
  {
    name: 'boost that gp3 has not',
    recipe: edit('builder: {', 'builder: { boost: { iops: 100, throughput: 125 },'),
    says: 'builder.boost.iops: expected a whole number from 3000 to 80000, found 100'
  },
  {
    name: 'key of a copy that its region has not',
    recipe: `${GOOD}regions: { eu-west-1: { kms-keys: { /dev/xvda: alias/none } } }\n`,
    says: 'Expected a KMS key, found none named alias/none in eu-west-1'
  },
  {
    name: 'key that cannot be shared',
    recipe: `${withVolumes('{ device: /dev/xvda, kms-key: alias/aws/ebs }')}share: { accounts: ["111122223333"] }\n`,
    says: /Expected a KMS key that other accounts can use, for `share`; found alias\/aws\/ebs/
  },
  {
    name: 'no instance profile for Run Command',
    recipe: edit(', instance-profile: ami-builder', ''),
    says: /needs an instance profile for the SSM agent/
  }
]

let sandbox: Sandbox
const account = newAccount()
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
  await registerTaken()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

describe('bad input is refused before a mutating call', () => {
  test.each(ROWS)('$name', async ({ recipe = GOOD, inputs = {}, says }) => {
    const before = (await sandbox.calls(account)).at(-1)?.seq ?? 0
    using job = new Job(sandbox, { account, files: { 'recipe.yml': recipe }, inputs })
    const { code, log } = await job.run()
    const errors = log.split('\n').filter(line => line.startsWith('::error'))
    expect(errors.join('\n')).toMatch(says)
    expect(log).not.toContain('mistake in AMI Action')
    expect(code).toBe(1)
    const calls = await sandbox.calls(account, before)
    const changing = calls.filter(call => !/^(Describe|Get|List)/.test(call.operation))
    expect(changing.filter(call => call.outcome !== 'DryRunOperation')).toEqual([])
  })

  test('no default VPC', async () => {
    const lonely = '999999999999'
    using job = new Job(sandbox, { account: lonely, files: { 'recipe.yml': GOOD } })
    const { code, log } = await job.run()
    expect(log).toMatch(/::error.*Expected a default VPC in us-east-1, found none.*subnets/)
    expect(code).toBe(1)
    expect((await sandbox.calls(lonely)).map(call => call.operation)).not.toContain('RunInstances')
  })

  test('several mistakes are told at once', async () => {
    const recipe = edit('strategy: partial', 'strategy: half\nvalid-for: soon\nvoluems: []')
    using job = new Job(sandbox, { account, files: { 'recipe.yml': recipe } })
    const { log } = await job.run()
    expect(log.split('\n').filter(line => line.startsWith('::error'))).toHaveLength(3)
  })
})

/** An image of the account that is called `taken`. */
async function registerTaken(): Promise<void> {
  const ec2 = sandbox.ec2(account)
  const { CreateVolumeCommand, CreateSnapshotCommand } = await import('@aws-sdk/client-ec2')
  const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 8 }))
  const { SnapshotId } = await ec2.send(new CreateSnapshotCommand({ VolumeId }))
  const mapping = { DeviceName: '/dev/xvda', Ebs: { SnapshotId } }
  const { ImageId } = await ec2.send(
    new RegisterImageCommand({ Name: 'taken', RootDeviceName: '/dev/xvda', BlockDeviceMappings: [mapping] })
  )
  await ec2.send(new CreateTagsCommand({ Resources: [ImageId ?? ''], Tags: [{ Key: 'team', Value: 'web' }] }))
}
