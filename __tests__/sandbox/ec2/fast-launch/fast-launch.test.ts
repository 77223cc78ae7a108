import {
  CreateLaunchTemplateCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeFastLaunchImagesCommand,
  type DescribeFastLaunchImagesCommandInput,
  DescribeSnapshotsCommand,
  DisableFastLaunchCommand,
  EnableFastLaunchCommand,
  type EnableFastLaunchCommandInput,
  type Snapshot
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, newAccount, serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { addImage, ownEncryption } from '../images/own.ts'
import { settle, snapshotIdsOf } from '../make.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)
let windows: string
beforeEach(() => {
  windows = addImage(sandbox, clients.account, { Platform: 'Windows' }).image.ImageId
})

const enable = (change: Partial<EnableFastLaunchCommandInput> = {}) =>
  clients.ec2.send(new EnableFastLaunchCommand({ ImageId: windows, ...change }))
const disable = (ImageId = windows) => clients.ec2.send(new DisableFastLaunchCommand({ ImageId }))
const list = async (input: DescribeFastLaunchImagesCommandInput = {}, { ec2 }: Clients = clients) =>
  (await ec2.send(new DescribeFastLaunchImagesCommand(input))).FastLaunchImages ?? []
const stateOf = async (id = windows) => (await list({ ImageIds: [id] }))[0]?.State
async function preProvisioned(imageId = windows): Promise<Snapshot[]> {
  const Filters = [
    { Name: 'tag:CreatedBy', Values: ['EC2 Fast Launch'] },
    { Name: 'description', Values: [`This is Fast Launch snapshot for image ${imageId}`] }
  ]
  return (await clients.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }))).Snapshots ?? []
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/win-ami-config-fast-launch.html
describe('fast launch', () => {
  test('is enabling, then enabled, with its snapshots', async () => {
    const expected = {
      ImageId: windows,
      ResourceType: 'snapshot',
      SnapshotConfiguration: { TargetResourceCount: 5 },
      MaxParallelLaunches: 6,
      OwnerId: clients.account,
      State: 'enabling',
      StateTransitionReason: 'Client.UserInitiated',
      StateTransitionTime: expect.any(Date)
    }
    expect(await enable()).toMatchObject(expected)
    expect(await list()).toMatchObject([expected])
    expect(await preProvisioned()).toEqual([])
    await settle(sandbox)
    expect(await list()).toMatchObject([{ ...expected, State: 'enabled', StateTransitionReason: expect.any(String) }])
    expect(await preProvisioned()).toHaveLength(5)
  })

  test('its snapshots are like the image’s, and do not belong to it', async () => {
    const snapshot = { VolumeSize: 30, ...ownEncryption(clients.account) }
    const image = addImage(sandbox, clients.account, { Name: 'encrypted', Platform: 'Windows', snapshot }).image
    await enable({ ImageId: image.ImageId, SnapshotConfiguration: { TargetResourceCount: 1 } })
    await settle(sandbox)
    const [made] = await preProvisioned(image.ImageId)
    expect(made).toMatchObject({ ...snapshot, OwnerId: clients.account, State: 'completed' })
    expect(snapshotIdsOf(image)).not.toContain(made?.SnapshotId)
    await clients.ec2.send(new DeleteSnapshotCommand({ SnapshotId: made?.SnapshotId }))
  })

  test('names its launch template, and its snapshots do', async () => {
    const LaunchTemplateData = { InstanceType: 'm7i.large' as const }
    const create = new CreateLaunchTemplateCommand({ LaunchTemplateName: 'prepare', LaunchTemplateData })
    const LaunchTemplateId = (await clients.ec2.send(create)).LaunchTemplate?.LaunchTemplateId ?? ''
    const answer = await enable({ LaunchTemplate: { LaunchTemplateName: 'prepare', Version: '$Default' } })
    const LaunchTemplate = { LaunchTemplateId, LaunchTemplateName: 'prepare', Version: '$Default' }
    expect(answer.LaunchTemplate).toEqual(LaunchTemplate)
    await settle(sandbox)
    expect((await preProvisioned())[0]?.Tags).toContainEqual({
      Key: 'CreatedByLaunchTemplateId',
      Value: LaunchTemplateId
    })
  })

  test('enabled again it has another configuration, and snapshots to match', async () => {
    await enable({ SnapshotConfiguration: { TargetResourceCount: 1 } })
    await settle(sandbox)
    await enable({ SnapshotConfiguration: { TargetResourceCount: 3 }, MaxParallelLaunches: 8 })
    await settle(sandbox)
    expect(await list()).toMatchObject([
      { SnapshotConfiguration: { TargetResourceCount: 3 }, MaxParallelLaunches: 8, State: 'enabled' }
    ])
    expect(await preProvisioned()).toHaveLength(3)
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableFastLaunch.html
  test('is disabling until its snapshots are gone, then not listed, and can be enabled anew', async () => {
    await enable()
    await settle(sandbox)
    expect(await disable()).toMatchObject({ ImageId: windows, State: 'disabling', MaxParallelLaunches: 6 })
    expect(await preProvisioned()).toHaveLength(5)
    await expect(enable()).rejects.toMatchObject({ name: 'IncorrectState' })
    await expect(disable()).rejects.toMatchObject({ name: 'IncorrectState' })
    await settle(sandbox)
    expect(await list()).toEqual([])
    expect(await preProvisioned()).toEqual([])
    expect(await enable()).toMatchObject({ State: 'enabling' })
  })

  test('disabled before it was enabled it never is', async () => {
    await enable()
    await disable()
    await settle(sandbox)
    expect(await list()).toEqual([])
    expect(await preProvisioned()).toEqual([])
  })

  test('fails where its image is gone before it is enabled', async () => {
    await enable()
    await clients.ec2.send(new DeregisterImageCommand({ ImageId: windows }))
    await settle(sandbox)
    expect(await stateOf()).toBe('enabling-failed')
  })

  test('outlives its image, snapshots and all, until it is disabled', async () => {
    await enable()
    await settle(sandbox)
    const request = { ImageId: windows, DeleteAssociatedSnapshots: true }
    await clients.ec2.send(new DeregisterImageCommand(request))
    expect(await stateOf()).toBe('enabled')
    expect(await preProvisioned()).toHaveLength(5)
    await disable()
    await settle(sandbox)
    expect(await list()).toEqual([])
    expect(await preProvisioned()).toEqual([])
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/win-view-fast-launch.html (the owner ID)
  test('of a shared image is one’s own, and does not tell the owner', async () => {
    const launchPermissions = [{ UserId: clients.account }]
    const ImageId = addImage(sandbox, newAccount(), { Platform: 'Windows', launchPermissions }).image.ImageId
    expect((await enable({ ImageId })).OwnerId).toBeUndefined()
    await settle(sandbox)
    expect(await preProvisioned(ImageId)).toHaveLength(5)
    expect(await list({}, clientsFor(sandbox.url))).toEqual([])
  })
})

describe('DescribeFastLaunchImages', () => {
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFastLaunchImages.html
  test.each([
    ['state', 'enabled', 'enabling'],
    ['resource-type', 'snapshot', 'volume'],
    ['owner-id', 'OWN', '111122223333']
  ])('filter %s', async (Name, found, missed) => {
    await enable()
    await settle(sandbox)
    expect(await list({ Filters: [{ Name, Values: [found === 'OWN' ? clients.account : found] }] })).toHaveLength(1)
    expect(await list({ Filters: [{ Name, Values: [missed] }] })).toEqual([])
  })

  test('an image without fast launch is no error; a malformed id is', async () => {
    expect(await list({ ImageIds: [windows] })).toEqual([])
    await expect(list({ ImageIds: ['ami-zz'] })).rejects.toMatchObject({ name: 'InvalidAMIID.Malformed' })
  })
})

describe('is refused', () => {
  const refused: [string, string, Partial<EnableFastLaunchCommandInput>][] = [
    ['an image that is not Windows', 'InvalidParameterValue', { ImageId: IMAGES.linux }],
    ['an image that is not there', 'InvalidAMIID.NotFound', { ImageId: IMAGES.foreign }],
    ['no image', 'MissingParameter', { ImageId: '' }],
    ['another type', 'InvalidParameterValue', { ResourceType: 'volume' }],
    ['less than 6 at the same time', 'InvalidParameterValue', { MaxParallelLaunches: 5 }],
    ['no snapshots', 'InvalidParameterValue', { SnapshotConfiguration: { TargetResourceCount: 0 } }],
    [
      'a template that is not there',
      'InvalidLaunchTemplateName.NotFoundException',
      { LaunchTemplate: { LaunchTemplateName: 'none', Version: '1' } }
    ],
    ['a dry run', 'DryRunOperation', { DryRun: true }]
  ]
  test.each(refused)('%s: %s', async (_, name, change) => {
    await expect(enable(change)).rejects.toMatchObject({ name })
    expect(await list()).toEqual([])
  })

  test('disabling what is not enabled', async () => {
    await expect(disable()).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await expect(disable(IMAGES.foreign)).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
  })

  test('a dry run of disabling changes nothing', async () => {
    await enable()
    await settle(sandbox)
    const dry = clients.ec2.send(new DisableFastLaunchCommand({ ImageId: windows, DryRun: true }))
    await expect(dry).rejects.toMatchObject({ name: 'DryRunOperation' })
    expect(await stateOf()).toBe('enabled')
  })
})
