import {
  CreateVolumeCommand,
  DeleteTagsCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2Client,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { CreateAliasCommand, DescribeKeyCommand, ListKeysCommand } from '@aws-sdk/client-kms'
import {
  DescribeParametersCommand,
  GetParameterCommand,
  PutParameterCommand,
  SendCommandCommand
} from '@aws-sdk/client-ssm'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { clientsFor, serve, served, useClients } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'
import { launch } from '../ec2/make.ts'
import { ask } from '../server/control-client.ts'
import { allow, deny, outcomeOf, restrict, userOf } from './fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)

const restrictMe = (...statements: object[]) => restrict(sandbox, userOf(clients.account), ...statements)
const describeVolumes = ({ ec2 }: { ec2: EC2Client } = clients) => ec2.send(new DescribeVolumesCommand({}))
const describeInstances = (ec2: EC2Client) => ec2.send(new DescribeInstancesCommand({}))
const terminate = (id: string, DryRun = false) =>
  clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id], DryRun }))

describe('who is restricted', () => {
  test('a principal with policies to what they allow together; every other one may do everything', async () => {
    await restrictMe(allow('ec2:DescribeImages'))
    expect(await outcomeOf(describeVolumes())).toBe('ec2:DescribeVolumes on *')
    expect(await outcomeOf(describeVolumes(clientsFor(sandbox.url)))).toBe('ok')
    await restrictMe(allow('ec2:DescribeV*'))
    expect(await outcomeOf(describeVolumes())).toBe('ok')
  })

  test.each([
    ['arn:aws:iam::ACCOUNT:role/bake', true],
    ['arn:aws:iam::ACCOUNT:role/ci/bake', true],
    ['arn:aws:iam::ACCOUNT:role/*', true],
    ['arn:aws:sts::ACCOUNT:assumed-role/bake/*', true],
    ['arn:aws:sts::ACCOUNT:assumed-role/bake/run-1', true],
    ['arn:aws:sts::ACCOUNT:assumed-role/bake/run-2', false],
    ['arn:aws:iam::ACCOUNT:role/other', false],
    ['arn:aws:iam::ACCOUNT:user/*', false]
  ])('%s is the session of a role bake: %s', async (principal, matches) => {
    await restrict(sandbox, principal.replace('ACCOUNT', clients.account), allow('ssm:*'))
    const request = { RoleArn: `arn:aws:iam::${clients.account}:role/ci/bake`, RoleSessionName: 'run-1' }
    const assumed = clientsFor(sandbox.url)
    const { Credentials } = await assumed.sts.send(new AssumeRoleCommand(request))
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = Credentials ?? {}
    const credentials = { accessKeyId, secretAccessKey }
    const ec2 = new EC2Client({ endpoint: sandbox.url, region: 'us-east-1', credentials, maxAttempts: 1 })
    expect(await outcomeOf(describeVolumes({ ec2 }))).toBe(matches ? 'ec2:DescribeVolumes on *' : 'ok')
  })

  test('GET lists the policies, DELETE and reset end them', async () => {
    const own = await serve({ guests: new HandGuests(), seeder })
    const { ec2 } = clientsFor(own.url)
    const entry = { principal: '*', document: { Version: '2012-10-17', Statement: [allow('ssm:*')] } }
    for (const [method, path] of [
      ['DELETE', 'policies'],
      ['POST', 'reset']
    ] as const) {
      await ask(own, 'POST', 'policies', entry)
      expect(await ask(own, 'GET', 'policies')).toEqual({ status: 200, value: [{ ...entry, used: [[]] }] })
      expect(await outcomeOf(describeVolumes({ ec2 }))).toBe('ec2:DescribeVolumes on *')
      await ask(own, method, path)
      expect(await outcomeOf(describeVolumes({ ec2 }))).toBe('ok')
    }
    await own.stop()
  })

  test('GET tells which actions each statement has allowed', async () => {
    const { ec2, ssm } = clients
    const principal = userOf(clients.account)
    await restrict(sandbox, principal, allow('ec2:*'), allow(['ssm:*', 'sts:AssumeRole']), deny('ec2:DescribeVolumes'))
    await Promise.all([describeInstances(ec2), ssm.send(new DescribeParametersCommand({}))])
    expect(await outcomeOf(describeVolumes())).toBe('ec2:DescribeVolumes on *')
    const { value } = await ask(sandbox, 'GET', 'policies')
    const entries = value as { principal: string; used: string[][] }[]
    expect(entries.find(each => each.principal === principal)?.used).toEqual([
      ['ec2:DescribeInstances'],
      ['ssm:DescribeParameters'],
      []
    ])
  })

  const fine = { principal: '*', document: { Statement: [allow('*')] } }
  test.each([
    [{}, 'an entry without principal'],
    [[null], 'an entry without principal'],
    [{ ...fine, principal: 'sandbox' }, 'principal sandbox'],
    [{ ...fine, role: 'x' }, 'the field role'],
    [[fine, { principal: '*', document: { Statement: [{}] } }], 'Effect undefined']
  ])('refuses %j, and adds none of them', async (body, message) => {
    const before = await ask(sandbox, 'GET', 'policies')
    expect(await ask(sandbox, 'POST', 'policies', body)).toEqual({
      status: 400,
      value: { error: expect.stringContaining(message) }
    })
    expect(await ask(sandbox, 'GET', 'policies')).toEqual(before)
  })
})

// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
describe('how a denial is said', () => {
  const id = 'i-00000000000000001'

  test('EC2: UnauthorizedOperation, 403, with principal, action and resource; DryRun says the same', async () => {
    await restrictMe(allow('ec2:Describe*'))
    const arn = `arn:aws:ec2:us-east-1:${clients.account}:instance/${id}`
    const sentence = `You are not authorized to perform this operation. User: ${userOf(clients.account)} is not authorized to perform: ec2:TerminateInstances on resource: ${arn} because no identity-based policy allows the ec2:TerminateInstances action`
    const denial = { name: 'UnauthorizedOperation', message: sentence, $metadata: { httpStatusCode: 403 } }
    await expect(terminate(id)).rejects.toMatchObject(denial)
    await expect(terminate(id, true)).rejects.toMatchObject(denial)
  })

  test('an explicit deny is said to be one', async () => {
    await restrictMe(allow('*'), deny('ec2:Terminate*'))
    await expect(terminate(id)).rejects.toMatchObject({
      message: expect.stringContaining(`${id} with an explicit deny in an identity-based policy`)
    })
  })

  test('SSM and KMS: AccessDeniedException, 400', async () => {
    await restrictMe(allow('ec2:*'))
    const denial = { name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } }
    await expect(clients.ssm.send(new DescribeParametersCommand({}))).rejects.toMatchObject(denial)
    await expect(clients.kms.send(new ListKeysCommand({}))).rejects.toMatchObject(denial)
  })

  test('STS: AccessDenied, 403; who one is can always be asked', async () => {
    await restrictMe(allow('ec2:*'))
    const RoleArn = `arn:aws:iam::${clients.account}:role/bake`
    const assume = clients.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'run' }))
    await expect(assume).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(`sts:AssumeRole on resource: ${RoleArn}`),
      $metadata: { httpStatusCode: 403 }
    })
    expect(await outcomeOf(clients.sts.send(new GetCallerIdentityCommand({})))).toBe('ok')
  })
})

describe('regions', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-requested-region.html
  test.each(['aws:RequestedRegion', 'ec2:Region'])('%s is the region of the call', async key => {
    await restrictMe(allow('*', { Condition: { StringEquals: { [key]: 'eu-west-1' } } }))
    expect(await outcomeOf(describeVolumes())).toBe('ec2:DescribeVolumes on *')
    expect(await outcomeOf(describeVolumes(clientsFor(sandbox.url, clients.account, 'eu-west-1')))).toBe('ok')
  })
})

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
describe('resources of SSM and KMS', () => {
  const own = (path: string) => `arn:aws:ssm:us-east-1:${clients.account}:${path}`

  test('a parameter by its name, with or without a slash before it', async () => {
    await restrictMe(allow(['ssm:PutParameter', 'ssm:GetParameter'], { Resource: own('parameter/ami/*') }))
    const put = (Name: string) => clients.ssm.send(new PutParameterCommand({ Name, Value: 'v', Type: 'String' }))
    expect(await outcomeOf(put('/ami/a'))).toBe('ok')
    expect(await outcomeOf(clients.ssm.send(new GetParameterCommand({ Name: '/ami/a:1' })))).toBe('ok')
    expect(await outcomeOf(put('/other'))).toBe(`ssm:PutParameter on ${own('parameter/other')}`)
    expect(await outcomeOf(put('other'))).toBe(`ssm:PutParameter on ${own('parameter/other')}`)
    const Name = '/aws/service/x'
    expect(await outcomeOf(clients.ssm.send(new GetParameterCommand({ Name })))).toBe(
      'ssm:GetParameter on arn:aws:ssm:us-east-1::parameter/aws/service/x'
    )
  })

  test('a command: its document and each instance', async () => {
    const send = () =>
      outcomeOf(
        clients.ssm.send(
          new SendCommandCommand({
            DocumentName: 'AWS-RunShellScript',
            InstanceIds: ['i-00000000000000001'],
            Parameters: { commands: ['true'] }
          })
        )
      )
    await restrictMe(allow('ssm:GetParameter'))
    expect(await send()).toBe('ssm:SendCommand on arn:aws:ssm:us-east-1::document/AWS-RunShellScript')
    await restrictMe(allow('ssm:SendCommand', { Resource: 'arn:aws:ssm:*::document/AWS-RunShellScript' }))
    const instance = `arn:aws:ec2:us-east-1:${clients.account}:instance/i-00000000000000001`
    expect(await send()).toBe(`ssm:SendCommand on ${instance}`)
    await restrictMe(allow('ssm:SendCommand', { Resource: 'arn:aws:ec2:*:*:instance/*' }))
    expect(await send()).toBe('InvalidInstanceId')
  })

  // https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-setting-up.html (by tags)
  test.each(['aws:ResourceTag/team', 'ssm:resourceTag/team'])('a command to an instance, by %s', async key => {
    const Tags = [{ Key: 'team', Value: 'platform' }]
    const instance = await launch(clients, { TagSpecifications: [{ ResourceType: 'instance', Tags }] })
    const InstanceIds = [instance.InstanceId ?? '']
    const Parameters = { commands: ['true'] }
    const send = () =>
      outcomeOf(
        clients.ssm.send(new SendCommandCommand({ DocumentName: 'AWS-RunShellScript', InstanceIds, Parameters }))
      )
    await restrictMe(
      allow('ssm:SendCommand', { Resource: 'arn:aws:ssm:*::document/*' }),
      allow('ssm:SendCommand', { Condition: { StringEquals: { [key]: 'platform' } } })
    )
    expect(await send()).toBe('InvalidInstanceId')
    const others = allow('ec2:*')
    await restrictMe(others)
    await clients.ec2.send(new DeleteTagsCommand({ Resources: InstanceIds, Tags: [{ Key: 'team' }] }))
    expect(await send()).toBe(`ssm:SendCommand on arn:aws:ec2:us-east-1:${clients.account}:instance/${InstanceIds[0]}`)
  })

  test('a key by its ARN, whichever name it is called by', async () => {
    const arn = `arn:aws:kms:us-east-1:${clients.account}:key/`
    await restrictMe(allow('ssm:*'))
    const describeKey = (KeyId: string) => outcomeOf(clients.kms.send(new DescribeKeyCommand({ KeyId })))
    expect(await describeKey('alias/aws/ebs')).toContain(`kms:DescribeKey on ${arn}`)
    const request = { AliasName: 'alias/new', TargetKeyId: 'alias/aws/ebs' }
    expect(await outcomeOf(clients.kms.send(new CreateAliasCommand(request)))).toBe(
      `kms:CreateAlias on arn:aws:kms:us-east-1:${clients.account}:alias/new`
    )
    await restrictMe(allow('kms:DescribeKey', { Resource: `${arn}*` }))
    expect(await describeKey('alias/aws/ebs')).toBe('ok')
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-policies-for-amazon-ec2.html
test('an action without resources needs Resource *', async () => {
  await restrictMe(allow('ec2:*', { Resource: 'arn:aws:ec2:*:*:*' }))
  expect(await outcomeOf(clients.ec2.send(new DescribeInstancesCommand({})))).toBe('ec2:DescribeInstances on *')
  const request = { AvailabilityZone: 'us-east-1a', Size: 1 }
  expect(await outcomeOf(clients.ec2.send(new CreateVolumeCommand(request)))).toBe('ok')
})
