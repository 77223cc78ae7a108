import {
  AttachImageWatermarkCommand,
  CopyImageCommand,
  DescribeImagesCommand,
  DetachImageWatermarkCommand,
  DisableImageBlockPublicAccessCommand,
  ModifyImageAttributeCommand
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served, useClients } from '../../../support/sandbox.ts'
import { seeder } from '../fixture.ts'
import { addImage } from '../images/own.ts'
import { createImage, imageOf, launched, settle } from '../make.ts'

const CREATED = '2026-01-02T03:04:05.000Z'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)
let own: string
beforeEach(() => {
  own = addImage(sandbox, clients.account, { CreationDate: CREATED }).image.ImageId
})

const attach = async (WatermarkName: string, ImageId = own, { ec2 }: Clients = clients) =>
  (await ec2.send(new AttachImageWatermarkCommand({ ImageId, WatermarkName }))).WatermarkKey ?? ''
const detach = ({ WatermarkKey, ImageId = own }: { WatermarkKey: string; ImageId?: string }, by: Clients = clients) =>
  by.ec2.send(new DetachImageWatermarkCommand({ ImageId, WatermarkKey }))
const marksOf = async (id = own, by: Clients = clients) => (await imageOf(by, id))?.ImageWatermarks ?? []

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-watermark.html
describe('a watermark', () => {
  test('has the account in its key, and says where it was attached, and when', async () => {
    expect(await attach('approved')).toBe(`${clients.account}:approved`)
    expect(await marksOf()).toEqual([
      {
        WatermarkKey: `${clients.account}:approved`,
        SourceImageId: own,
        SourceImageRegion: 'us-east-1',
        SourceImageCreationTime: new Date(CREATED),
        WatermarkCreationTime: expect.any(Date)
      }
    ])
  })

  test('goes with copies, into other regions too', async () => {
    await attach('approved')
    const marks = await marksOf()
    const elsewhere = clientsFor(sandbox.url, clients.account, 'eu-west-1')
    const request = { SourceImageId: own, SourceRegion: 'us-east-1', Name: 'copy' }
    const { ImageId = '' } = await elsewhere.ec2.send(new CopyImageCommand(request))
    expect(await marksOf(ImageId, elsewhere)).toEqual(marks)
  })

  test('goes with images of instances', async () => {
    await attach('approved')
    const InstanceId = await launched(sandbox, clients, 'stopped', { ImageId: own })
    const made = await createImage(clients, { InstanceId, Name: 'made' })
    expect(await marksOf(made)).toEqual(await marksOf())
  })

  test('can be taken off; what was made of the image keeps it', async () => {
    const WatermarkKey = await attach('approved')
    await attach('other')
    const copy = new CopyImageCommand({ SourceImageId: own, SourceRegion: 'us-east-1', Name: 'copy' })
    const { ImageId = '' } = await clients.ec2.send(copy)
    await settle(sandbox)
    expect(await detach({ WatermarkKey })).toMatchObject({ Return: true })
    expect((await marksOf()).map(mark => mark.WatermarkKey)).toEqual([`${clients.account}:other`])
    expect(await marksOf(ImageId)).toHaveLength(2)
    await detach({ WatermarkKey: `${clients.account}:other` })
    expect(await marksOf()).toEqual([])
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachImageWatermark.html (idempotent)
  test('that is not there can be taken off as well', async () => {
    expect(await detach({ WatermarkKey: '111122223333:none' })).toMatchObject({ Return: true })
  })

  test('that is there already stays as it is', async () => {
    await attach('approved')
    const marks = await marksOf()
    await attach('approved')
    expect(await marksOf()).toEqual(marks)
  })

  test('can be filtered by', async () => {
    await attach('approved')
    const Filters = [{ Name: 'image-watermark.watermark-key', Values: ['*:approved'] }]
    const { Images = [] } = await clients.ec2.send(new DescribeImagesCommand({ Owners: ['self'], Filters }))
    expect(Images.map(({ ImageId }) => ImageId)).toEqual([own])
  })

  test('forbids to make the image public', async () => {
    await attach('approved')
    await clients.ec2.send(new DisableImageBlockPublicAccessCommand({}))
    const LaunchPermission = { Add: [{ Group: 'all' as const }] }
    const publish = clients.ec2.send(new ModifyImageAttributeCommand({ ImageId: own, LaunchPermission }))
    await expect(publish).rejects.toMatchObject({ name: 'OperationNotPermitted' })
  })
})

describe('it is refused', () => {
  test.each(['ab', 'a'.repeat(129), 'a:b', 'a*b'])('to attach the name %s', async name => {
    await expect(attach(name)).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    expect(await marksOf()).toEqual([])
  })

  test('to attach more than 5', async () => {
    for (const name of ['one', 'two', 'three', 'four', 'five']) await attach(name)
    await expect(attach('six')).rejects.toMatchObject({ name: 'ResourceLimitExceeded' })
    await attach('five')
  })

  test('to attach one to a public image', async () => {
    const launchPermissions = [{ Group: 'all' as const }]
    const ImageId = addImage(sandbox, clients.account, { launchPermissions }).image.ImageId
    await expect(attach('approved', ImageId)).rejects.toMatchObject({ name: 'OperationNotPermitted' })
  })

  test('to all but the owner of the image', async () => {
    const other = clientsFor(sandbox.url)
    const launchPermissions = [{ UserId: other.account }]
    const ImageId = addImage(sandbox, clients.account, { launchPermissions }).image.ImageId
    const WatermarkKey = await attach('approved', ImageId)
    await expect(attach('mine', ImageId, other)).rejects.toMatchObject({ name: 'AuthFailure' })
    await expect(detach({ WatermarkKey, ImageId }, other)).rejects.toMatchObject({ name: 'AuthFailure' })
    expect(await marksOf(ImageId, other)).toHaveLength(1)
  })

  test('without a name, an image or a key', async () => {
    await expect(attach('')).rejects.toMatchObject({ name: 'MissingParameter' })
    await expect(attach('approved', '')).rejects.toMatchObject({ name: 'MissingParameter' })
    await expect(detach({ WatermarkKey: '' })).rejects.toMatchObject({ name: 'MissingParameter' })
    await expect(detach({ WatermarkKey: 'approved' })).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  })

  test('in a dry run, which changes nothing', async () => {
    const WatermarkKey = await attach('approved')
    const dry = { ImageId: own, DryRun: true }
    for (const send of [
      () => clients.ec2.send(new AttachImageWatermarkCommand({ ...dry, WatermarkName: 'other' })),
      () => clients.ec2.send(new DetachImageWatermarkCommand({ ...dry, WatermarkKey }))
    ]) {
      await expect(send()).rejects.toMatchObject({ name: 'DryRunOperation' })
    }
    expect(await marksOf()).toHaveLength(1)
  })
})
