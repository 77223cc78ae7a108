import {
  CreateKeyPairCommand,
  DeleteKeyPairCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type RunInstancesCommandInput
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { serve, served, useClients } from '../../support/sandbox.ts'
import { imageFor, snapshotFor } from '../ec2/copy/parts.ts'
import { ENCRYPTED_SNAPSHOT, IMAGES, seeder } from '../ec2/fixture.ts'
import { launch } from '../ec2/make.ts'
import { ask } from '../server/control-client.ts'
import { allow, deny, outcomeOf, restrict, userOf } from './fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)
beforeEach(async () => {
  await ask(sandbox, 'DELETE', 'policies')
})

const restrictMe = (...statements: object[]) => restrict(sandbox, userOf(clients.account), ...statements)
const run = (change: Partial<RunInstancesCommandInput> = {}) => outcomeOf(launch(clients, change))
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

  test('a key pair, by its name', async () => {
    await clients.ec2.send(new CreateKeyPairCommand({ KeyName: 'admin' }))
    await restrictMe(allow('*'), deny('ec2:*', { Resource: arn('key-pair/admin') }))
    expect(await run({ KeyName: 'admin' })).toBe(`ec2:RunInstances on ${arn('key-pair/admin')}`)
    const command = new DeleteKeyPairCommand({ KeyName: 'admin' })
    expect(await outcomeOf(clients.ec2.send(command))).toBe(`ec2:DeleteKeyPair on ${arn('key-pair/admin')}`)
  })

  test('a request that EC2 refuses anyway is refused so, where it is allowed', async () => {
    await restrictMe(allow('ec2:*'))
    expect(await run({ ImageId: 'ami-0000000000000000f' })).toBe('InvalidAMIID.NotFound')
  })
})
