import {
  AssociateIamInstanceProfileCommand,
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  RebootInstancesCommand,
  type ResourceType,
  type RunInstancesCommandInput,
  StartInstancesCommand
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { type Clients, clientsFor, type RunningSandbox, serve } from '../../support/sandbox.ts'
import { copyImage, copySnapshot, createKey, imageFor, snapshotFor } from '../ec2/copy/parts.ts'
import { ENCRYPTED_SNAPSHOT, IMAGES, seeder } from '../ec2/fixture.ts'
import {
  createSnapshot,
  createVolume,
  imageOf,
  launch,
  launched,
  settle,
  snapshotIdsOf,
  snapshotOf,
  volumeOf
} from '../ec2/make.ts'
import { ask } from '../server/control-client.ts'
import { allow, deny, outcomeOf, restrict, userOf } from './fixture.ts'

let sandbox: RunningSandbox
let clients: Clients
beforeAll(async () => {
  sandbox = await serve({ guests: new HandGuests(), seeder })
})
beforeEach(async () => {
  await ask(sandbox, 'DELETE', 'policies')
  clients = clientsFor(sandbox.url)
})
afterAll(() => sandbox.stop())

const restrictMe = (...statements: object[]) => restrict(sandbox, userOf(clients.account), ...statements)
const run = (change: Partial<RunInstancesCommandInput> = {}) => outcomeOf(launch(clients, change))
const tagged = (ResourceType: ResourceType, Key: string, Value: string) => ({
  TagSpecifications: [{ ResourceType, Tags: [{ Key, Value }] }]
})
const arn = (path: string, account = clients.account) => `arn:aws:ec2:us-east-1:${account}:${path}`

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances
describe('RunInstances', () => {
  const RESOURCES = ['instance', 'image', 'subnet', 'security-group', 'network-interface', 'volume']

  test.each(RESOURCES)('is authorized on the %s, too', async missing => {
    const others = RESOURCES.filter(type => type !== missing).map(type => `arn:aws:ec2:*:*:${type}/*`)
    await restrictMe(allow('ec2:RunInstances', { Resource: others }))
    expect(await run()).toMatch(new RegExp(`^ec2:RunInstances on arn:aws:ec2:us-east-1:\\d*:${missing}/`))
    await restrictMe(allow('ec2:RunInstances', { Resource: `arn:aws:ec2:*:*:${missing}/*` }))
    expect(await run()).toBe('ok')
  })

  test('images and snapshots have no account in their ARNs', async () => {
    await restrictMe(allow('*'), deny('ec2:RunInstances', { Resource: `arn:aws:ec2:us-east-1::image/${IMAGES.linux}` }))
    expect(await run()).toBe(`ec2:RunInstances on arn:aws:ec2:us-east-1::image/${IMAGES.linux}`)
    expect(await run({ ImageId: IMAGES.imdsV2 })).toBe('ok')
  })

  test('a subnet and a security group that are chosen for it count as if they were named', async () => {
    const { Subnets = [] } = await clients.ec2.send(new DescribeSubnetsCommand({}))
    const zone = Subnets.find(({ AvailabilityZone }) => AvailabilityZone === 'us-east-1b')
    const { SecurityGroups: [group] = [] } = await clients.ec2.send(new DescribeSecurityGroupsCommand({}))
    await restrictMe(
      allow('*'),
      deny('ec2:RunInstances', { Resource: [arn(`subnet/${zone?.SubnetId}`), arn(`security-group/${group?.GroupId}`)] })
    )
    expect(await run({ Placement: { AvailabilityZone: 'us-east-1b' } })).toContain(zone?.SubnetId)
    expect(await run({ Placement: { AvailabilityZone: 'us-east-1a' } })).toContain(group?.GroupId)
  })

  test('ec2:InstanceType, ec2:MetadataHttpTokens: of the instance', async () => {
    const Resource = arn('instance/*')
    await restrictMe(
      allow('*'),
      deny('ec2:RunInstances', { Resource, Condition: { StringNotLike: { 'ec2:InstanceType': 't3.*' } } }),
      deny('ec2:RunInstances', { Resource, Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } } })
    )
    const MetadataOptions = { HttpTokens: 'required' } as const
    expect(await run({ InstanceType: 'm5.large', MetadataOptions })).toBe(`ec2:RunInstances on ${Resource}`)
    expect(await run()).toBe(`ec2:RunInstances on ${Resource}`)
    expect(await run({ MetadataOptions })).toBe('ok')
  })

  test('ec2:Owner: images of Amazon, and of oneself', async () => {
    const own = await imageFor(sandbox, clients, [await snapshotFor(sandbox, clients)], { Architecture: 'x86_64' })
    const Condition = { StringEquals: { 'ec2:Owner': clients.account } }
    await restrictMe(
      allow('ec2:RunInstances', { Resource: RESOURCES.filter(type => type !== 'image').map(type => arn(`${type}/*`)) }),
      allow('ec2:RunInstances', { Resource: 'arn:aws:ec2:*::image/*', Condition })
    )
    expect(await run()).toBe(`ec2:RunInstances on arn:aws:ec2:us-east-1::image/${IMAGES.linux}`)
    expect(await run({ ImageId: own })).toBe('ok')
  })

  test('ec2:Encrypted, ec2:VolumeSize: of each volume, also one that the image describes', async () => {
    const Resource = arn('volume/*')
    await restrictMe(
      allow('*'),
      deny('ec2:RunInstances', { Resource, Condition: { Bool: { 'ec2:Encrypted': 'false' } } }),
      deny('ec2:RunInstances', { Resource, Condition: { NumericGreaterThan: { 'ec2:VolumeSize': '20' } } })
    )
    const root = (Ebs: object) => ({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] })
    expect(await run()).toBe(`ec2:RunInstances on ${Resource}`)
    expect(await run(root({ Encrypted: true }))).toBe('ok')
    expect(await run(root({ Encrypted: true, VolumeSize: 30 }))).toBe(`ec2:RunInstances on ${Resource}`)
    expect(await run({ ImageId: IMAGES.encrypted })).toBe('ok')
  })

  test('a snapshot that the request names', async () => {
    await restrictMe(allow('*'), deny('ec2:RunInstances', { Resource: 'arn:aws:ec2:*::snapshot/*' }))
    const BlockDeviceMappings = [{ DeviceName: '/dev/sdf', Ebs: { SnapshotId: ENCRYPTED_SNAPSHOT } }]
    expect(await run({ BlockDeviceMappings })).toBe(
      `ec2:RunInstances on arn:aws:ec2:us-east-1::snapshot/${ENCRYPTED_SNAPSHOT}`
    )
  })

  test('a request that EC2 refuses anyway is refused so, where it is allowed', async () => {
    await restrictMe(allow('ec2:*'))
    expect(await run({ ImageId: 'ami-0000000000000000f' })).toBe('InvalidAMIID.NotFound')
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
describe('tags that a request gives', () => {
  test('in making a resource: CreateTags, on what it tags, with ec2:CreateAction', async () => {
    await restrictMe(allow('ec2:RunInstances'))
    expect(await run()).toBe('ok')
    expect(await run(tagged('instance', 'a', 'b'))).toBe(`ec2:CreateTags on ${arn('instance/*')}`)
    await restrictMe(allow('ec2:CreateTags', { Condition: { StringEquals: { 'ec2:CreateAction': 'CreateVolume' } } }))
    expect(await run(tagged('instance', 'a', 'b'))).toBe(`ec2:CreateTags on ${arn('instance/*')}`)
    await restrictMe(allow('ec2:CreateTags', { Condition: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } } }))
    expect(await run(tagged('instance', 'a', 'b'))).toBe('ok')
    const { InstanceId: id = '' } = await launch(clients)
    const tag = new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'a', Value: 'b' }] })
    expect(await outcomeOf(clients.ec2.send(tag))).toBe(`ec2:CreateTags on ${arn(`instance/${id}`)}`)
  })

  test('aws:RequestTag: of the resource that gets it, and no other', async () => {
    const Condition = { StringEquals: { 'aws:RequestTag/team': 'images' } }
    const others = ['subnet', 'security-group', 'network-interface', 'volume'].map(type => arn(`${type}/*`))
    await restrictMe(
      allow('ec2:RunInstances', { Resource: [...others, 'arn:aws:ec2:*::image/*'] }),
      allow('ec2:RunInstances', { Resource: arn('instance/*'), Condition }),
      allow('ec2:CreateTags')
    )
    const denied = `ec2:RunInstances on ${arn('instance/*')}`
    expect(await run()).toBe(denied)
    expect(await run(tagged('instance', 'team', 'other'))).toBe(denied)
    expect(await run(tagged('volume', 'team', 'images'))).toBe(denied)
    expect(await run(tagged('instance', 'team', 'images'))).toBe('ok')
  })

  test('aws:TagKeys: the keys that may be given', async () => {
    const id = await createVolume(clients)
    const Condition = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'cost'] } }
    await restrictMe(allow('ec2:CreateTags', { Condition }))
    const tag = (...keys: string[]) =>
      outcomeOf(
        clients.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: keys.map(Key => ({ Key, Value: 'x' })) }))
      )
    expect([await tag('team', 'cost'), await tag('team', 'other')]).toEqual([
      'ok',
      `ec2:CreateTags on ${arn(`volume/${id}`)}`
    ])
  })
})

describe('tags that a resource has', () => {
  test.each(['aws:ResourceTag/team', 'ec2:ResourceTag/team'])(
    '%s: one resource without it fails the call',
    async key => {
      const { InstanceId: mine = '' } = await launch(clients, tagged('instance', 'team', 'images'))
      const { InstanceId: other = '' } = await launch(clients, tagged('instance', 'team', 'web'))
      await restrictMe(allow('ec2:RebootInstances', { Condition: { StringEquals: { [key]: 'images' } } }))
      const reboot = (...InstanceIds: string[]) => clients.ec2.send(new RebootInstancesCommand({ InstanceIds }))
      await settle(sandbox)
      expect(await outcomeOf(reboot(mine))).toBe('ok')
      expect(await outcomeOf(reboot(mine, other))).toBe(`ec2:RebootInstances on ${arn(`instance/${other}`)}`)
    }
  )
})

describe('copies and snapshots', () => {
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/copy-ami-permissions.html
  test('CopyImage is authorized on the source image, in its region, and on the image and snapshots that it makes', async () => {
    const SourceImageId = await imageFor(sandbox, clients, [await snapshotFor(sandbox, clients)])
    const there = clientsFor(sandbox.url, clients.account, 'eu-west-1')
    const copy = () => outcomeOf(copyImage(there, { SourceImageId }))
    await restrictMe(allow('ec2:CopyImage', { Resource: 'arn:aws:ec2:eu-west-1::*' }))
    expect(await copy()).toBe(`ec2:CopyImage on arn:aws:ec2:us-east-1::image/${SourceImageId}`)
    await restrictMe(allow('ec2:CopyImage', { Resource: `arn:aws:ec2:us-east-1::image/${SourceImageId}` }))
    expect(await copy()).toBe('ok')
    await restrictMe(deny('ec2:CopyImage', { Resource: 'arn:aws:ec2:eu-west-1::snapshot/*' }))
    expect(await copy()).toBe('ec2:CopyImage on arn:aws:ec2:eu-west-1::snapshot/*')
  })

  test('CreateSnapshot on the volume and the snapshot', async () => {
    const volume = await createVolume(clients)
    await restrictMe(allow('ec2:CreateSnapshot', { Resource: arn(`volume/${volume}`) }))
    expect(await outcomeOf(createSnapshot(clients, volume))).toBe(
      'ec2:CreateSnapshot on arn:aws:ec2:us-east-1::snapshot/*'
    )
    await restrictMe(allow('ec2:CreateSnapshot', { Resource: 'arn:aws:ec2:*::snapshot/*' }))
    expect(await outcomeOf(createSnapshot(clients, volume))).toBe('ok')
  })
})

// What a request needs beside its own action, each with the document that says so.
describe('dependent actions', () => {
  const profile = { IamInstanceProfile: { Name: 'agent' } }

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
  test('iam:PassRole for the role of an instance profile, to EC2', async () => {
    const role = `arn:aws:iam::${clients.account}:role/agent`
    await restrictMe(allow('ec2:*'))
    expect(await run()).toBe('ok')
    expect(await run(profile)).toBe(`iam:PassRole on ${role}`)
    const passTo = (service: string) => ({
      Resource: role,
      Condition: { StringEquals: { 'iam:PassedToService': service } }
    })
    await restrictMe(allow('iam:PassRole', passTo('lambda.amazonaws.com')))
    expect(await run(profile)).toBe(`iam:PassRole on ${role}`)
    await restrictMe(allow('iam:PassRole', passTo('ec2.amazonaws.com')))
    expect(await run(profile)).toBe('ok')
  })

  test('iam:PassRole for a profile that is associated later', async () => {
    const { InstanceId = '' } = await launch(clients)
    await settle(sandbox)
    await restrictMe(allow('ec2:*'))
    const command = new AssociateIamInstanceProfileCommand({ InstanceId, ...profile })
    expect(await outcomeOf(clients.ec2.send(command))).toBe(
      `iam:PassRole on arn:aws:iam::${clients.account}:role/agent`
    )
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-systems-manager-parameter-to-find-AMI.html
  test('ssm:GetParameters for an image that a parameter names', async () => {
    await restrictMe(allow('ec2:*'))
    const parameter = `arn:aws:ssm:us-east-1:${clients.account}:parameter/ami/base`
    expect(await run({ ImageId: 'resolve:ssm:/ami/base:3' })).toBe(`ssm:GetParameters on ${parameter}`)
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshotReturnCode.html
  test('ec2:DeleteSnapshot for DeleteAssociatedSnapshots: without it the image goes, the snapshot stays', async () => {
    const SnapshotId = await snapshotFor(sandbox, clients)
    const ImageId = await imageFor(sandbox, clients, [SnapshotId])
    await restrictMe(allow(['ec2:Describe*', 'ec2:DeregisterImage']))
    const deregister = new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true })
    expect(await clients.ec2.send(deregister)).toMatchObject({
      DeleteSnapshotResults: [{ SnapshotId, ReturnCode: 'missing-permissions' }]
    })
    expect(await snapshotOf(clients, SnapshotId)).toBeDefined()
    expect(await outcomeOf(clients.ec2.send(new DeleteSnapshotCommand({ SnapshotId })))).toBe(
      `ec2:DeleteSnapshot on arn:aws:ec2:us-east-1::snapshot/${SnapshotId}`
    )
  })
})

// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html: without the key's permissions EC2
// accepts the request, and what it makes fails later.
describe('permissions for keys', () => {
  const ACTIONS = [
    'kms:DescribeKey',
    'kms:CreateGrant',
    'kms:Decrypt',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:ReEncrypt*'
  ]
  const encrypted = (KmsKeyId: string) => ({
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId } }]
  })

  async function stateOf(id: string | undefined) {
    const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id ?? ''] }))
    const found = Reservations?.[0]?.Instances?.[0]
    return [found?.State?.Name, found?.StateReason?.Code]
  }

  test.each([
    ['of the key', ACTIONS, 'running'],
    ['without kms:CreateGrant', ACTIONS.filter(each => each !== 'kms:CreateGrant'), 'terminated']
  ])('a launch with permissions %s: %j leads to %s', async (_, actions, state) => {
    const key = await createKey(clients)
    await restrictMe(allow('ec2:*'), allow(actions, { Resource: key }))
    const { InstanceId } = await launch(clients, encrypted(key))
    await settle(sandbox)
    expect(await stateOf(InstanceId)).toEqual([state, state === 'running' ? undefined : 'Client.InternalError'])
  })

  test('an instance that was launched by another principal cannot be started without them', async () => {
    const id = await launched(sandbox, clients, 'stopped', encrypted(await createKey(clients)))
    await restrictMe(allow('ec2:*'))
    await clients.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }))
    await settle(sandbox)
    expect(await stateOf(id)).toEqual(['stopped', 'Client.InternalError'])
  })

  test('the AWS-managed key needs none', async () => {
    await restrictMe(allow('ec2:*'))
    const { InstanceId } = await launch(clients, {
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true } }]
    })
    await settle(sandbox)
    expect(await stateOf(InstanceId)).toEqual(['running', undefined])
  })

  test('kms:ViaService and kms:GrantIsForAWSResource hold for what EBS does with a key', async () => {
    const key = await createKey(clients)
    const Condition = { StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } }
    await restrictMe(
      allow('ec2:*'),
      allow(
        ACTIONS.filter(each => each !== 'kms:CreateGrant'),
        { Condition }
      ),
      allow('kms:CreateGrant', { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } })
    )
    const { InstanceId } = await launch(clients, encrypted(key))
    await settle(sandbox)
    expect(await stateOf(InstanceId)).toEqual(['running', undefined])
  })

  test('a copied snapshot ends in error, and an image fails through its own', async () => {
    const KmsKeyId = await createKey(clients)
    const SourceSnapshotId = await snapshotFor(sandbox, clients)
    const SourceImageId = await imageFor(sandbox, clients, [SourceSnapshotId])
    await restrictMe(allow('ec2:*'))
    const snapshot = await copySnapshot(clients, { SourceSnapshotId, Encrypted: true, KmsKeyId })
    const image = await copyImage(clients, { SourceImageId, Encrypted: true, KmsKeyId })
    await settle(sandbox)
    const failed = { State: 'error', StateMessage: 'Given key ID is not accessible' }
    expect(await snapshotOf(clients, snapshot)).toMatchObject(failed)
    const [copied = ''] = snapshotIdsOf(await imageOf(clients, image))
    expect(await imageOf(clients, image)).toMatchObject({ State: 'failed' })
    expect(await snapshotOf(clients, copied)).toMatchObject(failed)
  })

  test('a volume is silently gone', async () => {
    const KmsKeyId = await createKey(clients)
    await restrictMe(allow('ec2:*'))
    const id = await createVolume(clients, { Encrypted: true, KmsKeyId })
    await settle(sandbox)
    expect(await outcomeOf(volumeOf(clients, id))).toBe('InvalidVolume.NotFound')
  })
})
