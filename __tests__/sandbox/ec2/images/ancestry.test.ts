import {
  CopyImageCommand,
  DeregisterImageCommand,
  GetImageAncestryCommand,
  RegisterImageCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { createImage, imageOf, launched, settle } from '../make.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const ancestryOf = async ({ ec2 }: Clients, ImageId: string) =>
  (await ec2.send(new GetImageAncestryCommand({ ImageId }))).ImageAncestryEntries ?? []

/** An image of an instance of the base. */
async function bake(clients: Clients): Promise<string> {
  const InstanceId = await launched(sandbox, clients, 'stopped')
  const id = await createImage(clients, { InstanceId, Name: 'baked' })
  await settle(sandbox)
  return id
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-ancestry.html
describe('GetImageAncestry', () => {
  test('follows CreateImage and CopyImage back to the root, across regions', async () => {
    const clients = clientsFor(sandbox.url)
    const baked = await bake(clients)
    const there = clientsFor(sandbox.url, clients.account, 'eu-west-1')
    const request = { Name: 'copied', SourceImageId: baked, SourceRegion: 'us-east-1' }
    const { ImageId: copied = '' } = await there.ec2.send(new CopyImageCommand(request))
    const entries = await ancestryOf(there, copied)
    expect(entries).toEqual([
      { ImageId: copied, SourceImageId: baked, SourceImageRegion: 'us-east-1', CreationDate: expect.any(Date) },
      { ImageId: baked, SourceImageId: IMAGES.linux, SourceImageRegion: 'us-east-1', CreationDate: expect.any(Date) },
      { ImageId: IMAGES.linux, CreationDate: expect.any(Date) }
    ])
  })

  test('goes over images that have been deregistered', async () => {
    const clients = clientsFor(sandbox.url)
    const baked = await bake(clients)
    const request = { Name: 'copied', SourceImageId: baked, SourceRegion: 'us-east-1' }
    const { ImageId: copied = '' } = await clients.ec2.send(new CopyImageCommand(request))
    await settle(sandbox)
    await clients.ec2.send(new DeregisterImageCommand({ ImageId: baked }))
    expect((await ancestryOf(clients, copied)).map(({ ImageId }) => ImageId)).toEqual([copied, baked, IMAGES.linux])
  })

  test('begins anew where an image was registered', async () => {
    const clients = clientsFor(sandbox.url)
    const baked = await imageOf(clients, await bake(clients))
    const registered = await clients.ec2.send(
      new RegisterImageCommand({
        Name: 'registered',
        RootDeviceName: '/dev/xvda',
        VirtualizationType: 'hvm',
        BlockDeviceMappings: [
          { DeviceName: '/dev/xvda', Ebs: { SnapshotId: baked?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId } }
        ]
      })
    )
    expect(await ancestryOf(clients, registered.ImageId ?? '')).toEqual([
      { ImageId: registered.ImageId, CreationDate: expect.any(Date) }
    ])
  })

  test("another's private image can't be traced", async () => {
    const baked = await bake(clientsFor(sandbox.url))
    await expect(ancestryOf(clientsFor(sandbox.url), baked)).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
  })
})
