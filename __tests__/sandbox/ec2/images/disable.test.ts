import {
  DeleteSnapshotCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DisableImageCommand,
  EnableImageCommand,
  type ImageState,
  ModifyImageAttributeCommand,
  RunInstancesCommand,
  StartInstancesCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { launched, snapshotIdsOf } from '../make.ts'
import { addImage } from './own.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)
const stranger = useClients(sandbox)

const own = (change: Parameters<typeof addImage>[2] = {}) => addImage(sandbox, clients.account, change).image
const disable = (ImageId: string) => clients.ec2.send(new DisableImageCommand({ ImageId }))
const enable = (ImageId: string) => clients.ec2.send(new EnableImageCommand({ ImageId }))

async function shown({ ec2 }: Clients, id: string) {
  const request = { ImageIds: [id], IncludeDisabled: true }
  return (await ec2.send(new DescribeImagesCommand(request))).Images?.[0]
}

async function permissionsOf(ImageId: string) {
  const request = { ImageId, Attribute: 'launchPermission' as const }
  return (await clients.ec2.send(new DescribeImageAttributeCommand(request))).LaunchPermissions ?? []
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/disable-an-ami.html
describe('a disabled image', () => {
  test('is private, and shared with nobody', async () => {
    const { ImageId } = own({ launchPermissions: [{ UserId: stranger.account }, { Group: 'all' }] })
    expect(await disable(ImageId)).toMatchObject({ Return: true })
    expect(await shown(clients, ImageId)).toMatchObject({ State: 'disabled', Public: false })
    expect(await permissionsOf(ImageId)).toEqual([])
    await expect(shown(stranger, ImageId)).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
  })

  test('launches nothing, while its instances go on', async () => {
    const { ImageId } = own()
    const InstanceId = await launched(sandbox, clients, 'stopped', { ImageId })
    await disable(ImageId)
    const refused = clients.ec2.send(new RunInstancesCommand({ ImageId, MinCount: 1, MaxCount: 1 }))
    await expect(refused).rejects.toMatchObject({ name: 'InvalidAMIID.Unavailable' })
    await clients.ec2.send(new StartInstancesCommand({ InstanceIds: [InstanceId] }))
  })

  test('cannot be shared', async () => {
    const { ImageId } = own()
    await disable(ImageId)
    const LaunchPermission = { Add: [{ UserId: stranger.account }] }
    const refused = clients.ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission }))
    await expect(refused).rejects.toMatchObject({ name: 'InvalidAMIID.Unavailable' })
  })

  test('keeps its snapshots from being deleted', async () => {
    const image = own()
    await disable(image.ImageId)
    const [SnapshotId = ''] = snapshotIdsOf(image)
    const refused = clients.ec2.send(new DeleteSnapshotCommand({ SnapshotId }))
    await expect(refused).rejects.toMatchObject({ name: 'InvalidSnapshot.InUse' })
  })

  test('is available again once enabled, and still shared with nobody', async () => {
    const { ImageId } = own({ launchPermissions: [{ UserId: stranger.account }] })
    await disable(ImageId)
    expect(await enable(ImageId)).toMatchObject({ Return: true })
    expect(await shown(clients, ImageId)).toMatchObject({ State: 'available' })
    expect(await permissionsOf(ImageId)).toEqual([])
  })
})

describe.each([
  ['DisableImage', DisableImageCommand, 'disabled'],
  ['EnableImage', EnableImageCommand, 'available']
] as const)('%s', (_, Command, state) => {
  test('of an image that is so already changes nothing', async () => {
    const { ImageId } = own({ State: state })
    expect(await clients.ec2.send(new Command({ ImageId }))).toMatchObject({ Return: true })
    expect(await shown(clients, ImageId)).toMatchObject({ State: state })
  })

  test.each(['pending', 'failed'] as ImageState[])('refuses an image that is %s', async State => {
    const { ImageId } = own({ State })
    await expect(clients.ec2.send(new Command({ ImageId }))).rejects.toMatchObject({ name: 'InvalidAMIID.Unavailable' })
  })

  test.each([
    ['no image', '', 'MissingParameter'],
    ["someone else's image", IMAGES.linux, 'AuthFailure'],
    ['an unknown image', 'ami-0123456789abcdef0', 'InvalidAMIID.NotFound']
  ])('refuses %s', async (_case, ImageId, name) => {
    await expect(clients.ec2.send(new Command({ ImageId }))).rejects.toMatchObject({ name })
  })

  test('changes nothing in a dry run', async () => {
    const before = state === 'disabled' ? 'available' : 'disabled'
    const { ImageId } = own({ State: before })
    const dry = clients.ec2.send(new Command({ ImageId, DryRun: true }))
    await expect(dry).rejects.toMatchObject({ name: 'DryRunOperation' })
    expect(await shown(clients, ImageId)).toMatchObject({ State: before })
  })
})
