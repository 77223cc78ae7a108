import {
  DeregisterImageCommand,
  DescribeInstanceImageMetadataCommand,
  type DescribeInstanceImageMetadataCommandInput,
  ModifyImageAttributeCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { createImage, launch, launched, settle } from '../make.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const metadataOf = async ({ ec2 }: Clients, input: Partial<DescribeInstanceImageMetadataCommandInput> = {}) =>
  (await ec2.send(new DescribeInstanceImageMetadataCommand(input))).InstanceImageMetadata ?? []

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceImageMetadata.html
describe('DescribeInstanceImageMetadata tells of the image of an instance', () => {
  test('that is there', async () => {
    const clients = clientsFor(sandbox.url)
    const { InstanceId } = await launch(clients)
    expect(await metadataOf(clients)).toEqual([
      {
        InstanceId,
        InstanceType: 't3.micro',
        AvailabilityZone: expect.stringMatching(/^us-east-1[a-f]$/),
        ZoneId: expect.stringMatching(/-az\d$/),
        LaunchTime: expect.any(Date),
        OwnerId: clients.account,
        State: { Code: 16, Name: 'running' },
        Tags: [],
        Operator: { Managed: false },
        ImageMetadata: {
          ImageId: IMAGES.linux,
          OwnerId: expect.stringMatching(/^\d{12}$/),
          State: 'available',
          IsPublic: true
        }
      }
    ])
  })

  test('that is deregistered, and of another account', async () => {
    const [owner, friend] = [clientsFor(sandbox.url), clientsFor(sandbox.url)]
    const InstanceId = await launched(sandbox, owner, 'stopped')
    const ImageId = await createImage(owner, { InstanceId, Name: 'shared' })
    await settle(sandbox)
    const LaunchPermission = { Add: [{ UserId: friend.account }] }
    await owner.ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission }))
    await launch(friend, { ImageId })
    await owner.ec2.send(new DeregisterImageCommand({ ImageId }))
    const [found] = await metadataOf(friend)
    expect(found?.ImageMetadata).toMatchObject({
      ImageId,
      Name: 'shared',
      OwnerId: owner.account,
      State: 'deregistered',
      IsPublic: false
    })
  })

  test.each([
    ['instance-type', 't3.micro', 1],
    ['instance-state-name', 'terminated', 0],
    ['owner-alias', 'amazon', 0],
    ['availability-zone', 'eu-*', 0],
    ['tag:team', 'web', 1],
    ['image-allowed', 'true', 0]
  ])('filtered by %s=%s', async (Name, value, count) => {
    const clients = clientsFor(sandbox.url)
    await launch(clients, { TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'team', Value: 'web' }] }] })
    expect(await metadataOf(clients, { Filters: [{ Name, Values: [value] }] })).toHaveLength(count)
  })

  test('one bad id fails the whole request', async () => {
    const clients = clientsFor(sandbox.url)
    const { InstanceId = '' } = await launch(clients)
    await expect(metadataOf(clients, { InstanceIds: [InstanceId, 'i-0123456789abcdef0'] })).rejects.toMatchObject({
      name: 'InvalidInstanceID.NotFound'
    })
  })
})
