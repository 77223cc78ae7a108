import {
  AuthorizeSecurityGroupIngressCommand,
  CreateDefaultVpcCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteSecurityGroupCommand,
  DescribeAccountAttributesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  RevokeSecurityGroupIngressCommand,
  RunInstancesCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served } from '../../support/sandbox.ts'
import { IMAGES, seeder, WITHOUT_DEFAULT_VPC } from './fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

async function defaultVpcId({ ec2 }: Clients): Promise<string | undefined> {
  const command = new DescribeAccountAttributesCommand({ AttributeNames: ['default-vpc'] })
  return (await ec2.send(command)).AccountAttributes?.[0]?.AttributeValues?.[0]?.AttributeValue
}

async function newVpc({ ec2 }: Clients, CidrBlock = '10.0.0.0/16'): Promise<string> {
  return (await ec2.send(new CreateVpcCommand({ CidrBlock }))).Vpc?.VpcId ?? ''
}

async function newGroup({ ec2 }: Clients, GroupName = 'builder', VpcId?: string): Promise<string> {
  const command = new CreateSecurityGroupCommand({ GroupName, Description: 'for tests', VpcId })
  return (await ec2.send(command)).GroupId ?? ''
}

// https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
describe('the default VPC', () => {
  test('has a public subnet in every zone', async () => {
    const clients = clientsFor(sandbox.url)
    const Filters = [{ Name: 'default-for-az', Values: ['true'] }]
    const { Subnets = [] } = await clients.ec2.send(new DescribeSubnetsCommand({ Filters }))
    expect(Subnets.map(each => [each.AvailabilityZone, each.CidrBlock, each.MapPublicIpOnLaunch])).toEqual([
      ['us-east-1a', '172.31.0.0/20', true],
      ['us-east-1b', '172.31.16.0/20', true],
      ['us-east-1c', '172.31.32.0/20', true],
      ['us-east-1d', '172.31.48.0/20', true],
      ['us-east-1f', '172.31.64.0/20', true]
    ])
    expect(new Set(Subnets.map(each => each.VpcId))).toEqual(new Set([await defaultVpcId(clients)]))
  })

  test('has a security group that lets in nothing but itself', async () => {
    const { ec2, account } = clientsFor(sandbox.url)
    const { SecurityGroups: [group, ...more] = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}))
    expect(more).toEqual([])
    expect(group).toMatchObject({
      GroupName: 'default',
      IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: group?.GroupId, UserId: account }] }],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]
    })
    expect(group?.IpPermissions?.[0]?.IpRanges).toEqual([])
  })

  test('is none in an account without; there may be one only', async () => {
    const clients = clientsFor(sandbox.url, WITHOUT_DEFAULT_VPC, 'eu-west-1')
    expect(await defaultVpcId(clients)).toBe('none')
    const { Vpc } = await clients.ec2.send(new CreateDefaultVpcCommand({}))
    expect(await defaultVpcId(clients)).toBe(Vpc?.VpcId)
    const again = clients.ec2.send(new CreateDefaultVpcCommand({}))
    await expect(again).rejects.toMatchObject({ name: 'DefaultVpcAlreadyExists' })
  })

  test('belongs to one account', async () => {
    const [mine, yours] = [clientsFor(sandbox.url), clientsFor(sandbox.url)]
    const VpcIds = [(await defaultVpcId(mine)) ?? '']
    const foreign = yours.ec2.send(new DescribeVpcsCommand({ VpcIds }))
    await expect(foreign).rejects.toMatchObject({ name: 'InvalidVpcID.NotFound' })
  })
})

describe('a VPC of one’s own', () => {
  test('takes tagged subnets, found by their tags', async () => {
    const clients = clientsFor(sandbox.url)
    const VpcId = await newVpc(clients)
    const tags = [{ ResourceType: 'subnet' as const, Tags: [{ Key: 'tier', Value: 'build' }] }]
    const create = { VpcId, CidrBlock: '10.0.1.0/24', AvailabilityZone: 'us-east-1b', TagSpecifications: tags }
    await clients.ec2.send(new CreateSubnetCommand(create))
    const byTag = new DescribeSubnetsCommand({ Filters: [{ Name: 'tag:tier', Values: ['build'] }] })
    expect((await clients.ec2.send(byTag)).Subnets).toMatchObject([
      { VpcId, AvailabilityZone: 'us-east-1b', MapPublicIpOnLaunch: false, AvailableIpAddressCount: 251 }
    ])
  })

  test.each([
    ['outside of it', '10.1.0.0/24', 'InvalidSubnet.Range'],
    ['where another is', '10.0.0.0/20', 'InvalidSubnet.Conflict'],
    ['too small', '10.0.2.0/29', 'InvalidSubnet.Range'],
    ['with bits beyond its prefix', '10.0.2.1/24', 'InvalidParameterValue'],
    ['that is no block', '10.0.2.0', 'InvalidParameterValue']
  ])('refuses a subnet %s: %s', async (_, CidrBlock, name) => {
    const clients = clientsFor(sandbox.url)
    const VpcId = await newVpc(clients)
    await clients.ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.0.0/24' }))
    await expect(clients.ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock }))).rejects.toMatchObject({ name })
  })

  test.each([
    ['IPv6', { AmazonProvidedIpv6CidrBlock: true }],
    ['a block of an IPAM pool', { Ipv4IpamPoolId: 'ipam-pool-0123456789abcdef0' }],
    ['dedicated tenancy', { InstanceTenancy: 'dedicated' as const }]
  ])('is refused with %s, which is not modelled', async (_, change) => {
    const request = clientsFor(sandbox.url).ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', ...change }))
    await expect(request).rejects.toMatchObject({ name: 'UnsupportedOperation' })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
  test.each([{ ZoneNames: ['us-east-1b'] }, { ZoneIds: ['us-east-1-az2'] }])('zones by %j', async request => {
    const { ec2 } = clientsFor(sandbox.url)
    const { AvailabilityZones } = await ec2.send(new DescribeAvailabilityZonesCommand(request))
    expect(AvailabilityZones).toEqual([expect.objectContaining({ ZoneName: 'us-east-1b', ZoneId: 'us-east-1-az2' })])
  })

  test('takes a subnet in the zone of an id, but not of an id and a name', async () => {
    const clients = clientsFor(sandbox.url)
    const request = { VpcId: await newVpc(clients), CidrBlock: '10.0.0.0/24' }
    const { AvailabilityZones = [] } = await clients.ec2.send(new DescribeAvailabilityZonesCommand({}))
    const { ZoneId, ZoneName } = AvailabilityZones[1] ?? {}
    const both = { ...request, AvailabilityZoneId: ZoneId, AvailabilityZone: ZoneName }
    const name = 'InvalidParameterCombination'
    await expect(clients.ec2.send(new CreateSubnetCommand(both))).rejects.toMatchObject({ name })
    const { Subnet } = await clients.ec2.send(new CreateSubnetCommand({ ...request, AvailabilityZoneId: ZoneId }))
    expect(Subnet).toMatchObject({ AvailabilityZone: ZoneName, AvailabilityZoneId: ZoneId })
  })

  test('refuses a launch that mixes its subnet with a group of another VPC', async () => {
    const clients = clientsFor(sandbox.url)
    const subnet = new CreateSubnetCommand({ VpcId: await newVpc(clients), CidrBlock: '10.0.0.0/24' })
    const SubnetId = (await clients.ec2.send(subnet)).Subnet?.SubnetId
    const group = await newGroup(clients)
    const request = { ImageId: IMAGES.linux, InstanceType: 't3.micro' as const, MinCount: 1, MaxCount: 1, SubnetId }
    const launch = clients.ec2.send(new RunInstancesCommand({ ...request, SecurityGroupIds: [group] }))
    const message = `Security group ${group} and subnet ${SubnetId} belong to different networks.`
    await expect(launch).rejects.toMatchObject({ name: 'InvalidParameter', message })
  })
})

describe('a security group', () => {
  test('starts without inbound rules, and is found by its name', async () => {
    const clients = clientsFor(sandbox.url)
    const GroupId = await newGroup(clients)
    const { SecurityGroups } = await clients.ec2.send(new DescribeSecurityGroupsCommand({ GroupNames: ['builder'] }))
    expect(SecurityGroups).toMatchObject([{ GroupId, IpPermissions: [] }])
  })

  test('takes a rule once, and gives it back', async () => {
    const clients = clientsFor(sandbox.url)
    const GroupId = await newGroup(clients)
    const rule = {
      GroupId,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }]
    }
    await clients.ec2.send(new AuthorizeSecurityGroupIngressCommand(rule))
    const again = clients.ec2.send(new AuthorizeSecurityGroupIngressCommand(rule))
    await expect(again).rejects.toMatchObject({ name: 'InvalidPermission.Duplicate' })
    const read = async () =>
      (await clients.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }))).SecurityGroups?.[0]
        ?.IpPermissions
    expect(await read()).toMatchObject(rule.IpPermissions)
    await clients.ec2.send(new RevokeSecurityGroupIngressCommand(rule))
    expect(await read()).toEqual([])
    const gone = clients.ec2.send(new RevokeSecurityGroupIngressCommand(rule))
    await expect(gone).rejects.toMatchObject({ name: 'InvalidPermission.NotFound' })
  })

  test('has a name that is its own within the VPC', async () => {
    const clients = clientsFor(sandbox.url)
    await newGroup(clients)
    await expect(newGroup(clients)).rejects.toMatchObject({ name: 'InvalidGroup.Duplicate' })
    expect(await newGroup(clients, 'builder', await newVpc(clients))).toMatch(/^sg-/)
  })

  test('can be deleted when nothing uses it', async () => {
    const clients = clientsFor(sandbox.url)
    const GroupId = await newGroup(clients)
    const request = { ImageId: IMAGES.linux, InstanceType: 't3.micro' as const, MinCount: 1, MaxCount: 1 }
    await clients.ec2.send(new RunInstancesCommand({ ...request, SecurityGroupIds: [GroupId] }))
    const used = clients.ec2.send(new DeleteSecurityGroupCommand({ GroupId }))
    await expect(used).rejects.toMatchObject({ name: 'DependencyViolation' })
    const spare = await newGroup(clients, 'spare')
    await clients.ec2.send(new DeleteSecurityGroupCommand({ GroupId: spare }))
    const read = clients.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [spare] }))
    await expect(read).rejects.toMatchObject({ name: 'InvalidGroup.NotFound' })
  })

  test('named default stays', async () => {
    const clients = clientsFor(sandbox.url)
    const deletion = clients.ec2.send(new DeleteSecurityGroupCommand({ GroupName: 'default' }))
    await expect(deletion).rejects.toMatchObject({ name: 'CannotDelete' })
  })
})
