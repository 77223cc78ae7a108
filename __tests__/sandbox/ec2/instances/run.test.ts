import { randomUUID } from 'node:crypto'
import {
  CreateSecurityGroupCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  type EbsBlockDevice,
  EnableEbsEncryptionByDefaultCommand,
  type Instance,
  RunInstancesCommand,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, clientsFor, serve, served } from '../../../support/sandbox.ts'
import { addKey, IMAGES, managedKeyId, ROOT_SNAPSHOT, seeder } from '../fixture.ts'
import { launch } from '../make.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))

const region = () => sandbox.world.region('us-east-1', '')

/** The volume that a launch made at a device, as the sandbox keeps it. */
function volumeAt(device: string, instance: Instance) {
  const mapping = instance.BlockDeviceMappings?.find(each => each.DeviceName === device)
  const record = region().volumes.get(mapping?.Ebs?.VolumeId ?? '')
  if (!record) throw new Error(`no volume at ${device}`)
  return record
}

describe('an instance of RunInstances', () => {
  test('is pending, in a subnet of the default VPC, with the default security group', async () => {
    const clients = clientsFor(sandbox.url)
    const instance = await launch(clients)
    const { Subnets = [] } = await clients.ec2.send(new DescribeSubnetsCommand({}))
    expect(instance).toMatchObject({
      State: { Code: 0, Name: 'pending' },
      ImageId: IMAGES.linux,
      InstanceType: 't3.micro',
      Architecture: 'x86_64',
      SubnetId: Subnets[0]?.SubnetId,
      VpcId: Subnets[0]?.VpcId,
      PrivateIpAddress: '172.31.0.4',
      Placement: { AvailabilityZone: 'us-east-1a' },
      SecurityGroups: [{ GroupName: 'default' }],
      MetadataOptions: { HttpTokens: 'optional', HttpEndpoint: 'enabled' }
    })
    expect(instance.PublicIpAddress).toBeUndefined()
  })

  test('starts in the zone of its placement', async () => {
    const instance = await launch(clientsFor(sandbox.url), { Placement: { AvailabilityZone: 'us-east-1c' } })
    expect(instance.Placement?.AvailabilityZone).toBe('us-east-1c')
  })

  test('has the subnet and groups of its network interface, and no public address where that says so', async () => {
    const clients = clientsFor(sandbox.url)
    const { Subnets: [, second] = [] } = await clients.ec2.send(new DescribeSubnetsCommand({}))
    const group = new CreateSecurityGroupCommand({ GroupName: 'builder', Description: 'no inbound rules' })
    const { GroupId = '' } = await clients.ec2.send(group)
    const { InstanceId = '', ...instance } = await launch(clients, {
      NetworkInterfaces: [
        { DeviceIndex: 0, SubnetId: second?.SubnetId, Groups: [GroupId], AssociatePublicIpAddress: false }
      ]
    })
    expect(instance).toMatchObject({ SubnetId: second?.SubnetId, SecurityGroups: [{ GroupId, GroupName: 'builder' }] })
    await advance(sandbox, 60)
    expect(region().instances.get(InstanceId)?.instance.PublicIpAddress).toBeUndefined()
  })

  test('its tags go to the resources that they are for', async () => {
    const clients = clientsFor(sandbox.url)
    const tag = (Value: string) => [{ Key: 'run', Value }]
    const instance = await launch(clients, {
      TagSpecifications: [
        { ResourceType: 'instance', Tags: tag('i') },
        { ResourceType: 'volume', Tags: tag('v') },
        { ResourceType: 'network-interface', Tags: tag('n') }
      ]
    })
    expect(instance.Tags).toEqual(tag('i'))
    expect([...volumeAt('/dev/xvda', instance).tags]).toEqual([['run', 'v']])
    const { NetworkInterfaces } = await clients.ec2.send(
      new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'tag:run', Values: ['n'] }] })
    )
    expect(NetworkInterfaces).toMatchObject([{ Attachment: { InstanceId: instance.InstanceId } }])
  })

  test('of an image that wants IMDSv2 requires tokens, unless asked otherwise', async () => {
    const clients = clientsFor(sandbox.url)
    const asked = await launch(clients, { ImageId: IMAGES.imdsV2, MetadataOptions: { HttpTokens: 'optional' } })
    const unasked = await launch(clients, { ImageId: IMAGES.imdsV2 })
    expect(unasked.MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 2 })
    expect(asked.MetadataOptions?.HttpTokens).toBe('optional')
  })

  test('has the profile of the name or ARN', async () => {
    const clients = clientsFor(sandbox.url)
    const Arn = `arn:aws:iam::${clients.account}:instance-profile/path/builder`
    expect((await launch(clients, { IamInstanceProfile: { Arn } })).IamInstanceProfile?.Arn).toBe(Arn)
    expect((await launch(clients, { IamInstanceProfile: { Name: 'builder' } })).IamInstanceProfile?.Arn).toBe(
      `arn:aws:iam::${clients.account}:instance-profile/builder`
    )
  })

  test('spot says so, and its request can be tagged', async () => {
    const instance = await launch(clientsFor(sandbox.url), {
      InstanceMarketOptions: { MarketType: 'spot' },
      TagSpecifications: [{ ResourceType: 'spot-instances-request', Tags: [{ Key: 'run', Value: '1' }] }]
    })
    expect(instance).toMatchObject({ InstanceLifecycle: 'spot', SpotInstanceRequestId: expect.stringMatching(/^sir-/) })
  })

  test('is one of as many as the maximum allows', async () => {
    const { ec2 } = clientsFor(sandbox.url)
    const { Instances = [] } = await ec2.send(
      new RunInstancesCommand({ ImageId: IMAGES.linux, InstanceType: 't3.micro', MinCount: 1, MaxCount: 3 })
    )
    expect(Instances.map(instance => instance.AmiLaunchIndex)).toEqual([0, 1, 2])
    expect(new Set(Instances.map(instance => instance.PrivateIpAddress)).size).toBe(3)
  })
})

describe('block device mappings', () => {
  type Row = [what: string, device: string, asked: EbsBlockDevice | undefined, volume: object]
  const rows: Row[] = [
    [
      'the image’s root as it is',
      '/dev/xvda',
      undefined,
      { Size: 8, VolumeType: 'gp3', Iops: 3000, Throughput: 125, Encrypted: false, SnapshotId: ROOT_SNAPSHOT }
    ],
    ['a larger root', '/dev/xvda', { VolumeSize: 20 }, { Size: 20, VolumeType: 'gp3', SnapshotId: ROOT_SNAPSHOT }],
    ['a faster root', '/dev/xvda', { Iops: 4000, Throughput: 500 }, { Iops: 4000, Throughput: 500 }],
    ['a root of another type', '/dev/xvda', { VolumeType: 'gp2' }, { VolumeType: 'gp2', Iops: 100 }],
    ['a data volume', '/dev/sdf', { VolumeSize: 50, VolumeType: 'gp3' }, { Size: 50, SnapshotId: '' }],
    ['a volume of EC2’s default type', '/dev/sdf', { VolumeSize: 50 }, { VolumeType: 'gp2', Iops: 150 }]
  ]
  test.each(rows)('make %s', async (_, DeviceName, Ebs, volume) => {
    const instance = await launch(clientsFor(sandbox.url), Ebs && { BlockDeviceMappings: [{ DeviceName, Ebs }] })
    expect(volumeAt(DeviceName, instance).volume).toMatchObject({ State: 'in-use', ...volume })
  })

  // https://docs.aws.amazon.com/ebs/latest/userguide/encryption-parameters.html
  test.each([
    ['by its id', (id: string) => id],
    ['by its ARN', (id: string, account: string) => `arn:aws:kms:us-east-1:${account}:key/${id}`]
  ])('encrypt with a key named %s', async (_, name) => {
    const clients = clientsFor(sandbox.url)
    const id = randomUUID()
    addKey(region(), clients.account, id)
    const Ebs = { Encrypted: true, KmsKeyId: name(id, clients.account) }
    const instance = await launch(clients, { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] })
    const KmsKeyId = `arn:aws:kms:us-east-1:${clients.account}:key/${id}`
    expect(volumeAt('/dev/xvda', instance).volume).toMatchObject({ Encrypted: true, KmsKeyId })
  })

  test('encrypt with the AWS-managed key where none is named', async () => {
    const clients = clientsFor(sandbox.url)
    const Ebs = { Encrypted: true }
    const instance = await launch(clients, { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] })
    expect(volumeAt('/dev/xvda', instance).volume.KmsKeyId).toMatch(
      new RegExp(`:key/${managedKeyId(clients.account)}$`)
    )
  })

  test('encrypt unasked where the account encrypts by default, and what was encrypted before', async () => {
    const clients = clientsFor(sandbox.url)
    const before = await launch(clients, { ImageId: IMAGES.encrypted })
    await clients.ec2.send(new EnableEbsEncryptionByDefaultCommand({}))
    const after = await launch(clients)
    for (const instance of [before, after]) {
      expect(volumeAt('/dev/xvda', instance).volume.KmsKeyId).toMatch(
        new RegExp(`:key/${managedKeyId(clients.account)}$`)
      )
    }
  })
})

// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
describe('a ClientToken', () => {
  test('launches once, however often it is sent', async () => {
    const clients = clientsFor(sandbox.url)
    const [first, second] = [await launch(clients, { ClientToken: 't' }), await launch(clients, { ClientToken: 't' })]
    expect(second.InstanceId).toBe(first.InstanceId)
    expect(region().instances.get(first.InstanceId ?? '')?.instance.ClientToken).toBe('t')
  })

  test('answers with the dead instance once that is terminated', async () => {
    const clients = clientsFor(sandbox.url)
    const { InstanceId = '' } = await launch(clients, { ClientToken: 't' })
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }))
    await advance(sandbox, 60)
    expect(await launch(clients, { ClientToken: 't' })).toMatchObject({ InstanceId, State: { Name: 'terminated' } })
  })

  test('is refused for a request that differs', async () => {
    const clients = clientsFor(sandbox.url)
    await launch(clients, { ClientToken: 't' })
    const differing = launch(clients, { ClientToken: 't', InstanceType: 't3.small' })
    await expect(differing).rejects.toMatchObject({ name: 'IdempotentParameterMismatch' })
  })

  test('means nothing to another account', async () => {
    const [mine, yours] = [clientsFor(sandbox.url), clientsFor(sandbox.url)]
    const [first, second] = [await launch(mine, { ClientToken: 't' }), await launch(yours, { ClientToken: 't' })]
    expect(second.InstanceId).not.toBe(first.InstanceId)
  })
})
