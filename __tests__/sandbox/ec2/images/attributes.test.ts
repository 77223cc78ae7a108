import {
  DescribeImageAttributeCommand,
  type DescribeImageAttributeCommandOutput,
  type ImageAttributeName,
  ModifyImageAttributeCommand,
  type ModifyImageAttributeRequest
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, newAccount, serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { imageOf } from '../make.ts'
import { addImage } from './own.ts'

const UNKNOWN = 'ami-0123456789abcdef0'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)

const own = (change: Parameters<typeof addImage>[2] = {}) => addImage(sandbox, clients.account, change)
const modify = (request: ModifyImageAttributeRequest, from: Clients = clients) =>
  from.ec2.send(new ModifyImageAttributeCommand(request))
async function read(ImageId: string, Attribute: string): Promise<Partial<DescribeImageAttributeCommandOutput>> {
  const request = { ImageId, Attribute: Attribute as ImageAttributeName }
  const { $metadata, ...answer } = await clients.ec2.send(new DescribeImageAttributeCommand(request))
  return answer
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImageAttribute.html
describe('DescribeImageAttribute', () => {
  const PRODUCT = { ProductCodeId: 'abc', ProductCodeType: 'marketplace' as const }

  test.each([
    ['bootMode', { BootMode: 'uefi' }, { BootMode: { Value: 'uefi' } }],
    ['description', { Description: 'one' }, { Description: { Value: 'one' } }],
    ['deregistrationProtection', {}, { DeregistrationProtection: { Value: 'disabled' } }],
    ['imdsSupport', { ImdsSupport: 'v2.0' }, { ImdsSupport: { Value: 'v2.0' } }],
    ['kernel', { KernelId: 'aki-1' }, { KernelId: { Value: 'aki-1' } }],
    ['lastLaunchedTime', { LastLaunchedTime: '2026-01-01' }, { LastLaunchedTime: { Value: '2026-01-01' } }],
    ['launchPermission', { launchPermissions: [{ Group: 'all' }] }, { LaunchPermissions: [{ Group: 'all' }] }],
    ['productCodes', { ProductCodes: [PRODUCT] }, { ProductCodes: [PRODUCT] }],
    ['ramdisk', { RamdiskId: 'ari-1' }, { RamdiskId: { Value: 'ari-1' } }],
    ['sriovNetSupport', { SriovNetSupport: 'simple' }, { SriovNetSupport: { Value: 'simple' } }],
    ['tpmSupport', { TpmSupport: 'v2.0' }, { TpmSupport: { Value: 'v2.0' } }]
  ] as [string, Parameters<typeof addImage>[2], object][])('reads %s', async (attribute, change, expected) => {
    const { ImageId } = own(change).image
    expect(await read(ImageId, attribute)).toEqual({ ImageId, ...expected })
  })

  test('reads uefiData, which no other operation shows', async () => {
    const record = own()
    record.uefiData = 'QU1aTlVFRkk='
    expect(await read(record.image.ImageId, 'uefiData')).toMatchObject({ UefiData: { Value: 'QU1aTlVFRkk=' } })
  })

  test('reads an empty value of what the image lacks', async () => {
    expect(await read(own().image.ImageId, 'description')).toMatchObject({ Description: {} })
  })

  test.each([
    ['blockDeviceMapping, which is for DescribeImages', 'blockDeviceMapping', 'AuthFailure'],
    ['an unknown attribute', 'colour', 'InvalidParameterValue'],
    ['no attribute', '', 'MissingParameter']
  ])('refuses %s', async (_, attribute, name) => {
    await expect(read(own().image.ImageId, attribute)).rejects.toMatchObject({ name })
  })

  test.each([
    ["someone else's image", IMAGES.linux, 'AuthFailure'],
    ['an unknown image', UNKNOWN, 'InvalidAMIID.NotFound'],
    ['no image', '', 'MissingParameter']
  ])('refuses %s', async (_, id, name) => {
    await expect(read(id, 'description')).rejects.toMatchObject({ name })
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html
describe('ModifyImageAttribute', () => {
  test.each([
    ['Description', { Description: { Value: 'better' } }, { Description: 'better' }],
    ['Attribute description', { Attribute: 'description', Value: 'better' }, { Description: 'better' }],
    ['Attribute and Description', { Attribute: 'description', Description: { Value: 'a' } }, { Description: 'a' }],
    ['ImdsSupport', { ImdsSupport: { Value: 'v2.0' } }, { ImdsSupport: 'v2.0' }],
    ['Attribute imdsSupport', { Attribute: 'imdsSupport', Value: 'v2.0' }, { ImdsSupport: 'v2.0' }]
  ])('changes by %s', async (_, change, expected) => {
    const { ImageId } = own().image
    await modify({ ImageId, ...change })
    expect(await imageOf(clients, ImageId)).toMatchObject(expected)
  })

  test.each([
    [
      'two attributes at once',
      { Description: { Value: 'a' }, ImdsSupport: { Value: 'v2.0' } },
      'InvalidParameterCombination'
    ],
    [
      'an attribute with the parameter of another',
      { Attribute: 'description', UserIds: ['111122223333'], OperationType: 'add' as const },
      'InvalidParameterCombination'
    ],
    ['no attribute', {}, 'InvalidParameterCombination'],
    ['an attribute without its value', { Attribute: 'description' }, 'MissingParameter'],
    ['an attribute that cannot be changed', { Attribute: 'bootMode', Value: 'uefi' }, 'InvalidParameterValue'],
    ['an unknown IMDS version', { ImdsSupport: { Value: 'v1.0' } }, 'InvalidParameterValue'],
    ['product codes', { ProductCodes: ['abc'] }, 'UnsupportedOperation'],
    ['an unknown image', { ImageId: UNKNOWN, Description: { Value: 'a' } }, 'InvalidAMIID.NotFound'],
    ["someone else's image", { ImageId: IMAGES.linux, Description: { Value: 'a' } }, 'AuthFailure'],
    ['no image', { ImageId: '', Description: { Value: 'a' } }, 'MissingParameter'],
    ['a dry run', { Description: { Value: 'a' }, DryRun: true }, 'DryRunOperation']
  ])('refuses %s', async (_, change, name) => {
    const { ImageId } = own().image
    await expect(modify({ ImageId, ...change })).rejects.toMatchObject({ name })
    expect((await imageOf(clients, ImageId))?.Description).toBeUndefined()
  })

  test.each(['pending', 'failed'] as const)('refuses an image that is %s', async State => {
    const { ImageId } = own({ State }).image
    const LaunchPermission = { Add: [{ UserId: newAccount() }] }
    await expect(modify({ ImageId, LaunchPermission })).rejects.toMatchObject({ name: 'InvalidAMIID.Unavailable' })
  })

  test('refuses those whom the image is shared with', async () => {
    const stranger = clientsFor(sandbox.url)
    const { ImageId } = own({ launchPermissions: [{ UserId: stranger.account }] }).image
    const LaunchPermission = { Add: [{ UserId: newAccount() }] }
    await expect(modify({ ImageId, LaunchPermission }, stranger)).rejects.toMatchObject({
      name: 'AuthFailure',
      message: `Not authorized for image:${ImageId}`
    })
  })
})
