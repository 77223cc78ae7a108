import { readdirSync, readFileSync } from 'node:fs'
import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  EC2Client,
  ModifyImageAttributeCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { PutParameterCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { HEAD, ownId, seedFamily } from './support/family.ts'
import { GithubOidc } from './support/github-oidc.ts'
import { actionsOf, assume, readPolicy } from './support/policies.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const NAMES = readdirSync('policies').flatMap(file => (file.endsWith('.json') ? file.replace(/\.json$/, '') : []))
const TRUSTS = NAMES.filter(name => name.startsWith('trust'))

/** Clients of a role with these policies, and an account with a family, and an image and an instance of somebody's. */
async function open(names: readonly string[], role = 'ami-action') {
  const account = newAccount()
  await seedFamily(sandbox, account, [{ ...HEAD, imageId: ownId(account, 0) }])
  const theirs = ownId(account, 1)
  const image = { Image: { ImageId: theirs, Name: 'theirs' } }
  const instance = { RunInstances: { ImageId: theirs, InstanceType: 't3.micro' as const } }
  await sandbox.post('seed', { account, images: [image], instances: [instance] })
  const session = await assume(sandbox, `arn:aws:iam::${account}:role/${role}`, names.map(readPolicy))
  const credentials = {
    accessKeyId: session.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: session.AWS_SECRET_ACCESS_KEY ?? '',
    sessionToken: session.AWS_SESSION_TOKEN ?? ''
  }
  const options = { region: 'us-east-1', endpoint: sandbox.url, credentials }
  return { account, ours: ownId(account, 0), theirs, ec2: new EC2Client(options), ssm: new SSMClient(options) }
}

type Opened = Awaited<ReturnType<typeof open>>

async function instanceOf({ account, theirs }: Opened): Promise<string> {
  const request = { ImageId: theirs, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 } as const
  const { Instances: [instance] = [] } = await sandbox.ec2(account).send(new RunInstancesCommand(request))
  return instance?.InstanceId ?? ''
}

/** `ok`, or the action that is denied. */
async function outcomeOf(sent: Promise<unknown>): Promise<string> {
  try {
    await sent
    return 'ok'
  } catch (error) {
    return / perform: (\S+)/.exec(String(error))?.[1] ?? String(error)
  }
}

const MANAGED = [{ Key: 'ami-action:managed', Value: 'true' }]
const LAUNCH = {
  InstanceType: 't3.micro',
  MinCount: 1,
  MaxCount: 1,
  MetadataOptions: { HttpTokens: 'required' },
  BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true } }],
  TagSpecifications: (['instance', 'volume', 'network-interface'] as const).map(ResourceType => ({
    ResourceType,
    Tags: MANAGED
  }))
} satisfies RunInstancesCommandInput

describe('what is not ours is out of reach', () => {
  const launch =
    (change: Partial<RunInstancesCommandInput>) =>
    ({ ec2, theirs }: Opened) =>
      ec2.send(new RunInstancesCommand({ ...LAUNCH, ImageId: theirs, ...change }))
  const tag = (opened: Opened, id: string, Key: string) =>
    opened.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key, Value: 'x' }] }))
  const terminate = async (opened: Opened) =>
    opened.ec2.send(new TerminateInstancesCommand({ InstanceIds: [await instanceOf(opened)] }))

  const CASES: [string, string, string, (opened: Opened) => Promise<unknown>][] = [
    ['bake', 'a launch as it makes them', 'ok', launch({})],
    ['bake', 'a launch without tags', 'ec2:RunInstances', launch({ TagSpecifications: [] })],
    ['bake', 'an open IMDSv1', 'ec2:RunInstances', launch({ MetadataOptions: { HttpTokens: 'optional' } })],
    [
      'bake',
      'a volume that is not encrypted',
      'ec2:RunInstances',
      launch({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: false } }] })
    ],
    ['bake', 'another role', 'iam:PassRole', launch({ IamInstanceProfile: { Name: 'administrator' } })],
    ['bake', 'the end of an instance', 'ec2:TerminateInstances', terminate],
    ['bake', 'another tag on an image of ours', 'ec2:CreateTags', opened => tag(opened, opened.ours, 'team')],
    ['bake', 'a tag on an image', 'ec2:CreateTags', opened => tag(opened, opened.theirs, 'ami-action:self')],
    [
      'bake',
      'a command on an instance',
      'ssm:SendCommand',
      async opened => {
        const InstanceIds = [await instanceOf(opened)]
        const request = { DocumentName: 'AWS-RunShellScript', InstanceIds, Parameters: { commands: ['true'] } }
        return opened.ssm.send(new SendCommandCommand(request))
      }
    ],
    ['verify-fleet-enforce', 'an instance that was not noted', 'ec2:TerminateInstances', terminate],
    [
      'publish',
      'a parameter elsewhere',
      'ssm:PutParameter',
      ({ ssm, ours }) => ssm.send(new PutParameterCommand({ Name: '/other', Value: ours, Type: 'String' }))
    ],
    [
      'publish',
      'the sharing of an image',
      'ec2:ModifyImageAttribute',
      ({ ec2, theirs: ImageId }) =>
        ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add: [{ UserId: newAccount() }] } }))
    ],
    ['sunset-destroy', 'an image of ours', 'ok', ({ ec2, ours }) => deregister(ec2, ours)],
    ['sunset-destroy', 'an image', 'ec2:DeregisterImage', ({ ec2, theirs }) => deregister(ec2, theirs)],
    ['sunset-stage', 'an image of ours', 'ec2:DeregisterImage', ({ ec2, ours }) => deregister(ec2, ours)]
  ]

  test.each(CASES)('%s, %s: %s', async (name, _, outcome, act) => {
    expect(await outcomeOf(act(await open([name])))).toBe(outcome)
  })
})

const deregister = (ec2: EC2Client, ImageId: string) => ec2.send(new DeregisterImageCommand({ ImageId }))

describe('guard-scp.json', () => {
  const write = ({ ec2, theirs }: Opened, Key: string) =>
    outcomeOf(ec2.send(new CreateTagsCommand({ Resources: [theirs], Tags: [{ Key, Value: 'x' }] })))

  test.each([
    ['administrator', 'ec2:CreateTags', 'ec2:DeleteTags', 'ec2:DeregisterImage'],
    ['ami-builder', 'ok', 'ok', 'ok']
  ])(
    'the role %s: writing our tags %s, taking all tags %s, deregistering our image %s',
    async (role, writing, untagging, deregistering) => {
      const opened = await open([], role)
      const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }, ...readPolicy('guard-scp').Statement]
      const principal = `arn:aws:iam::${opened.account}:role/${role}`
      await sandbox.post('policies', [{ principal, document: { Version: '2012-10-17', Statement } }])
      expect(await write(opened, 'team')).toBe('ok')
      expect(await write(opened, 'ami-action:verified')).toBe(writing)
      // Without names it takes all tags.
      const untag = new DeleteTagsCommand({ Resources: [opened.ours] })
      expect(await outcomeOf(opened.ec2.send(untag))).toBe(untagging)
      expect(await outcomeOf(opened.ec2.send(new DescribeImagesCommand({ Owners: ['self'] })))).toBe('ok')
      expect(await outcomeOf(deregister(opened.ec2, opened.theirs))).toBe('ok')
      expect(await outcomeOf(deregister(opened.ec2, opened.ours))).toBe(deregistering)
    }
  )
})

// https://docs.github.com/en/actions/reference/security/oidc (the subject of a job that names an environment)
describe('trust-environment.json: the role that destroys is the environment’s', () => {
  test.each([
    ['environment:ami-sunset', 0],
    ['ref:refs/heads/main', 1]
  ])('a job of org/images:%s ends with %i', async (subject, code) => {
    await using oidc = await GithubOidc.start({ sub: `repo:org/images:${subject}` })
    const account = newAccount()
    await seedFamily(sandbox, account, [{ ...HEAD, imageId: ownId(account, 0) }])
    const role = `arn:aws:iam::${account}:role/ami-sunset`
    const document = readFileSync('policies/trust-environment.json', 'utf8').replaceAll('111122223333', account)
    await sandbox.post('policies', [{ principal: role, trust: JSON.parse(document) }])
    const keys = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' }
    using job = new Job(sandbox, {
      account,
      files: { 'recipe.yml': recipe(undefined, 'sunset: { keep: 1 }') },
      inputs: { command: 'sunset', 'role-to-assume': role },
      env: { ...keys, ...oidc.env }
    })
    const ended = await job.run()
    expect({ code: ended.code, log: ended.log }).toEqual({ code, log: ended.log })
    expect(ended.log.includes('Not authorized to perform sts:AssumeRoleWithWebIdentity')).toBe(code === 1)
  })
})

describe('each file', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, and for an SCP
  // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
  test.each(NAMES)('%s is smaller than IAM lets a managed policy be', name => {
    const size = JSON.stringify(readPolicy(name)).length
    expect(size).toBeLessThan(name.startsWith('trust') ? 2048 : name === 'guard-scp' ? 5120 : 6144)
  })

  test.each(NAMES.filter(name => !TRUSTS.includes(name)))('%s names every action in full', name => {
    expect(actionsOf(readPolicy(name)).filter(action => action.includes('*'))).toEqual([])
  })

  test('sunset-read and verify-fleet can change nothing', () => {
    const actions = ['sunset-read', 'verify-fleet'].flatMap(name => actionsOf(readPolicy(name)))
    expect(actions.filter(action => !/:(?:Describe|Get|List)/.test(action))).toEqual([])
  })

  test('encrypt needs what copy needs', () => {
    expect(readPolicy('encrypt')).toEqual(readPolicy('copy'))
  })

  test('the README explains it', () => {
    const text = readFileSync('policies/README.md', 'utf8')
    expect(NAMES.filter(name => !text.includes(`\`${name}.json\``))).toEqual([])
  })
})
