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
  { name: 'unknown command', inputs: { command: 'bakee' }, says: /command.*bakee.*bake/ },
  {
    name: 'a command of a later version',
    inputs: { command: 'sunset' },
    says: 'sunset is not part of this version yet'
  },
  { name: 'no recipe', inputs: { recipe: '' }, says: /recipe: expected the path of a recipe/ },
  { name: 'recipe missing', inputs: { recipe: 'nowhere.yml' }, says: /Expected a file at 'nowhere\.yml', found none/ },
  {
    name: 'recipe outside the workspace',
    inputs: { recipe: '../../etc/passwd' },
    says: /inside the workspace, found '..\/..\/etc\/passwd'/
  },
  { name: 'bad region', inputs: { 'aws-region': 'europe' }, says: /aws-region.*europe/ },
  { name: 'region that does not exist', inputs: { 'aws-region': 'xx-east-9' }, says: /xx-east-9/ },
  { name: 'wrong role ARN', inputs: { 'role-to-assume': 'ami-builder' }, says: /role-to-assume.*ARN/ },
  { name: 'bad duration of a role', inputs: { 'role-duration-seconds': 'soon' }, says: /role-duration-seconds/ },
  { name: 'bad time-out', inputs: { timeout: '90' }, says: /timeout.*90m/ },
  { name: 'bad boolean', inputs: { 'dry-run': 'yess' }, says: /dry-run.*true or false/ },
  { name: 'bad channel', inputs: { channel: 'beta' }, says: /channel.*release or test/ },
  { name: 'bad on-cancel', inputs: { 'on-cancel': 'drop' }, says: /on-cancel.*keep or discard/ },
  { name: 'reserved tag', inputs: { tags: 'aws:team=x' }, says: /tags.*aws:/ },
  { name: 'YAML error', recipe: edit('strategy: partial', 'strategy: [partial'), says: /recipe\.yml.*line=\d/ },
  { name: 'unknown key', recipe: `${GOOD}voluems: []\n`, says: /voluems.*volumes/ },
  { name: 'unknown key in a step', recipe: edit('run:', 'rnu:'), says: /rnu.*run/ },
  { name: 'duplicate key', recipe: `${GOOD}family: api\n`, says: /line=8,.*must be unique/ },
  { name: 'no family', recipe: edit('family: web\n', ''), says: /family: expected a family name .*found nothing/ },
  {
    name: 'bad family',
    recipe: edit('family: web', 'family: "web$1"'),
    says: /family: expected a family name .*found 'web\$1'/
  },
  {
    name: 'bad strategy',
    recipe: edit('strategy: partial', 'strategy: half'),
    says: /strategy.*full, partial or os-only.*half/
  },
  { name: 'bad validity', recipe: `${GOOD}valid-for: sixty days\n`, says: /valid-for.*60d.*sixty days/ },
  { name: 'bad time-out of a step', recipe: edit('run: echo', 'timeout: 5 min, run: echo'), says: /timeout.*5 min/ },
  { name: 'script missing', recipe: edit('run: echo hello', 'script: nowhere.sh'), says: /nowhere\.sh/ },
  { name: 'provisioning of os-only', recipe: edit('strategy: partial', 'strategy: os-only'), says: /os-only/ },
  { name: 'bad image name', recipe: `${GOOD}name: "web:{date}"\n`, says: /name.*":"|name.*:/ },
  { name: 'unknown placeholder in the name', recipe: `${GOOD}name: "web-{day}"\n`, says: /\{day\}/ },
  { name: 'duplicate image name', recipe: `${GOOD}name: taken\n`, says: /free in us-east-1, found taken in use/ },
  {
    name: 'two bases in one recipe',
    recipe: edit(BASE, 'base: { id: ami-0123456789abcdef0, ssm: /a }'),
    says: /base: expected exactly one of .*found id and ssm/
  },
  { name: 'bad base id', recipe: edit(BASE, 'base: { id: ami-123 }'), says: /ami-123/ },
  {
    name: 'unknown base',
    recipe: edit(BASE, 'base: { id: ami-0123456789abcdef0 }'),
    says: /ami-0123456789abcdef0 matches no image/
  },
  {
    name: 'unknown parameter',
    recipe: edit(BASE, 'base: { ssm: /golden/none }'),
    says: /\/golden\/none.*does not exist/
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
    name: 'Windows base',
    recipe: edit(BASE, 'base: { ssm: /aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base }'),
    says: /Windows/
  },
  {
    name: 'base too old',
    recipe: edit(' }\nbuilder', ', max-age: 1m }\nbuilder'),
    says: /Expected a base of at most 1 min/
  },
  { name: 'bad size', recipe: withVolumes('{ device: /dev/xvda, size: big }'), says: /size.*big/ },
  {
    name: 'volume smaller than the base',
    recipe: withVolumes('{ device: /dev/xvda, size: 1 }'),
    says: /at least 8 GiB.*found 1 GiB/
  },
  { name: 'further volume without a size', recipe: withVolumes('{ device: /dev/sdf }'), says: /size.*\/dev\/sdf/ },
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
    says: /eu-west-1/
  },
  { name: 'unknown key alias', recipe: withVolumes('{ device: /dev/xvda, kms-key: alias/none }'), says: /alias\/none/ },
  { name: 'unknown instance type', recipe: edit('t3.small', 't3.smal'), says: /t3\.smal/ },
  {
    name: 'instance type of another architecture',
    recipe: edit('t3.small', 't4g.small'),
    says: /x86_64.*t4g\.small.*arm64/
  },
  {
    name: 'unknown subnet',
    recipe: edit('builder: {', 'builder: { subnets: [subnet-0123456789abcdef0],'),
    says: /subnet-0123456789abcdef0/
  },
  {
    name: 'no instance profile for Run Command',
    recipe: edit(', instance-profile: ami-builder', ''),
    says: /instance profile/
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
    expect(calls.filter(call => !/^(Describe|Get|List)/.test(call.operation))).toEqual([])
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
