import { DeregisterImageCommand, DisableImageCommand, ModifyImageAttributeCommand } from '@aws-sdk/client-ec2'
import { AddTagsToResourceCommand, DeleteParameterCommand, DescribeParametersCommand } from '@aws-sdk/client-ssm'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { advance, type Clients, clientsFor, serve, served } from '../../support/sandbox.ts'
import { IMAGES, seeder } from '../ec2/fixture.ts'
import { createImage, launched, settle } from '../ec2/make.ts'
import { get, historyOf, NAME, put } from './put.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))

const IMAGE = { DataType: 'aws:ec2:image' }
/** Longer than the validation takes, and than a failed one keeps others off. */
const VALIDATED_SECONDS = 60
const RETRY_SECONDS = 300

async function makeImage(clients: Clients): Promise<string> {
  const InstanceId = await launched(sandbox, clients, 'stopped')
  const ImageId = await createImage(clients, { InstanceId, Name: 'web' })
  await settle(sandbox)
  return ImageId
}

/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-ec2-aliases.html */
describe('a parameter of the data type aws:ec2:image', () => {
  test('has a version number at once, and is there only once it has been validated', async () => {
    const { ssm } = clientsFor(sandbox.url)
    expect(await put(ssm, IMAGES.linux, IMAGE)).toMatchObject({ Version: 1, Tier: 'Standard' })
    await expect(get(ssm)).rejects.toMatchObject({ name: 'ParameterNotFound' })
    expect((await ssm.send(new DescribeParametersCommand({}))).Parameters).toEqual([])
    await advance(sandbox, VALIDATED_SECONDS)
    expect(await get(ssm)).toMatchObject({ Value: IMAGES.linux, Version: 1, DataType: 'aws:ec2:image' })
  })

  test('keeps its old value until the new one has been validated', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await put(ssm, IMAGES.linux, IMAGE)
    await advance(sandbox, VALIDATED_SECONDS)
    expect(await put(ssm, IMAGES.imdsV2, IMAGE)).toMatchObject({ Version: 2 })
    expect(await get(ssm)).toMatchObject({ Value: IMAGES.linux, Version: 1 })
    await ssm.send(
      new AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: NAME, Tags: [{ Key: 'a', Value: 'b' }] })
    )
    await advance(sandbox, VALIDATED_SECONDS)
    expect(await get(ssm)).toMatchObject({ Value: IMAGES.imdsV2, Version: 2 })
    expect((await historyOf(ssm)).map(({ Version }) => Version)).toEqual([1, 2])
  })

  test.each([
    ['is not there', 'ami-0123456789abcdef0'],
    ['is none', 'latest'],
    ['is disabled', IMAGES.disabled],
    ['is somebody else’s', IMAGES.foreign]
  ])('answers a version for an image that %s, and never holds it', async (_, value) => {
    const { ssm } = clientsFor(sandbox.url)
    await put(ssm, IMAGES.linux, IMAGE)
    await advance(sandbox, VALIDATED_SECONDS)
    expect(await put(ssm, value, IMAGE)).toMatchObject({ Version: 2 })
    await advance(sandbox, RETRY_SECONDS)
    expect(await get(ssm)).toMatchObject({ Value: IMAGES.linux, Version: 1 })
    expect(await historyOf(ssm)).toHaveLength(1)
  })

  test('cannot be put again while it is validated, and after one that failed not for five minutes', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await put(ssm, 'ami-0123456789abcdef0', IMAGE)
    await expect(put(ssm, IMAGES.linux, IMAGE)).rejects.toMatchObject({ name: 'TooManyUpdates' })
    await advance(sandbox, VALIDATED_SECONDS)
    await expect(put(ssm, IMAGES.linux, IMAGE)).rejects.toMatchObject({ name: 'TooManyUpdates' })
    await advance(sandbox, RETRY_SECONDS)
    await put(ssm, IMAGES.linux, IMAGE)
    await advance(sandbox, VALIDATED_SECONDS)
    expect(await get(ssm)).toMatchObject({ Value: IMAGES.linux })
  })

  test('holds an image of another account once that shares it', async () => {
    const owner = clientsFor(sandbox.url)
    const { ssm, account } = clientsFor(sandbox.url)
    const ImageId = await makeImage(owner)
    await put(ssm, ImageId, IMAGE)
    await advance(sandbox, RETRY_SECONDS + VALIDATED_SECONDS)
    await expect(get(ssm)).rejects.toMatchObject({ name: 'ParameterNotFound' })
    const LaunchPermission = { Add: [{ UserId: account }] }
    await owner.ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission }))
    await put(ssm, ImageId, IMAGE)
    await advance(sandbox, VALIDATED_SECONDS)
    expect(await get(ssm)).toMatchObject({ Value: ImageId })
  })

  test('is not validated again: it keeps an image that is disabled or gone', async () => {
    const clients = clientsFor(sandbox.url)
    const ImageId = await makeImage(clients)
    await put(clients.ssm, ImageId, IMAGE)
    await advance(sandbox, VALIDATED_SECONDS)
    await clients.ec2.send(new DisableImageCommand({ ImageId }))
    await clients.ec2.send(new DeregisterImageCommand({ ImageId }))
    await advance(sandbox, VALIDATED_SECONDS)
    expect(await get(clients.ssm)).toMatchObject({ Value: ImageId })
  })

  test('that is deleted while its next version is validated stays deleted', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await put(ssm, IMAGES.linux, IMAGE)
    await advance(sandbox, VALIDATED_SECONDS)
    await put(ssm, IMAGES.imdsV2, IMAGE)
    await ssm.send(new DeleteParameterCommand({ Name: NAME }))
    await advance(sandbox, VALIDATED_SECONDS)
    await expect(get(ssm)).rejects.toMatchObject({ name: 'ParameterNotFound' })
  })
})
