import {
  GetInstanceMetadataDefaultsCommand,
  type InstanceMetadataOptionsRequest,
  ModifyInstanceMetadataDefaultsCommand,
  type ModifyInstanceMetadataDefaultsRequest,
  ModifyInstanceMetadataOptionsCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { launch, launched } from '../make.ts'

const guests = new HandGuests()
const sandbox = await served(serve({ guests, seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)

const set = (defaults: ModifyInstanceMetadataDefaultsRequest) =>
  clients.ec2.send(new ModifyInstanceMetadataDefaultsCommand(defaults))
const read = async () => (await clients.ec2.send(new GetInstanceMetadataDefaultsCommand({}))).AccountLevel

async function tokensOf(ImageId: string, MetadataOptions?: InstanceMetadataOptionsRequest) {
  const { MetadataOptions: options } = await launch(clients, { ImageId, MetadataOptions })
  return [options?.HttpTokens, options?.HttpPutResponseHopLimit]
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
describe('the metadata options of a new instance come from', () => {
  test('its image, where the account has set nothing', async () => {
    expect(await tokensOf(IMAGES.linux)).toEqual(['optional', 1])
    expect(await tokensOf(IMAGES.imdsV2)).toEqual(['required', 2])
  })

  test('its account before its image', async () => {
    await set({ HttpTokens: 'optional', HttpPutResponseHopLimit: 3 })
    expect(await tokensOf(IMAGES.imdsV2)).toEqual(['optional', 3])
  })

  test('its launch before its account', async () => {
    await set({ HttpTokens: 'required' })
    expect(await tokensOf(IMAGES.linux, { HttpTokens: 'optional' })).toEqual(['optional', 1])
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataDefaults.html
describe('the account’s defaults', () => {
  test('can be set one by one, and taken back', async () => {
    expect(await read()).toEqual({ ManagedBy: 'account' })
    await set({ HttpTokens: 'required', HttpPutResponseHopLimit: 2 })
    await set({ InstanceMetadataTags: 'enabled' })
    const all = { HttpTokens: 'required', HttpPutResponseHopLimit: 2, InstanceMetadataTags: 'enabled' }
    expect(await read()).toEqual({ ...all, ManagedBy: 'account' })
    await set({ HttpTokens: 'no-preference', HttpPutResponseHopLimit: -1 })
    expect(await read()).toEqual({ InstanceMetadataTags: 'enabled', ManagedBy: 'account' })
  })

  test.each([
    [{ HttpTokens: 'maybe' as 'optional' }],
    [{ HttpEndpoint: 'on' as 'enabled' }],
    [{ HttpPutResponseHopLimit: 65 }]
  ])('refuse %j', async defaults => {
    await expect(set(defaults)).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    expect(await read()).toEqual({ ManagedBy: 'account' })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-new-instances.html
  test('can enforce version 2', async () => {
    const { InstanceId = '' } = await launch(clients, { ImageId: IMAGES.imdsV2 })
    await set({ HttpTokensEnforced: 'enabled' })
    const refusal = { name: 'UnsupportedOperation', message: expect.stringContaining('httpTokensEnforced is enabled') }
    await expect(launch(clients)).rejects.toMatchObject(refusal)
    expect(await tokensOf(IMAGES.imdsV2)).toEqual(['required', 2])
    const loosen = new ModifyInstanceMetadataOptionsCommand({ InstanceId, HttpTokens: 'optional' })
    await expect(clients.ec2.send(loosen)).rejects.toMatchObject(refusal)
  })
})

test('a running guest sees its metadata service being switched off, and on again', async () => {
  const InstanceId = await launched(sandbox, clients, 'running')
  const { metadata } = guests.of(InstanceId).request
  const change = (HttpEndpoint: 'enabled' | 'disabled') =>
    clients.ec2.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId, HttpEndpoint }))
  await change('disabled')
  expect(metadata).toEqual({})
  await change('enabled')
  expect(metadata['meta-data/instance-id']).toBe(InstanceId)
})
