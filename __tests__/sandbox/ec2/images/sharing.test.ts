import {
  CancelImageLaunchPermissionCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DisableImageBlockPublicAccessCommand,
  type LaunchPermission,
  ModifyImageAttributeCommand,
  type ModifyImageAttributeRequest,
  ResetImageAttributeCommand
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, newAccount, serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { imageOf, launch } from '../make.ts'
import { addImage, managedEncryption, ownEncryption } from './own.ts'

const ORGANIZATION = 'arn:aws:organizations::111122223333:organization/o-123example'
const UNIT = 'arn:aws:organizations::111122223333:ou/o-123example/ou-1234-5example'
const NESTED = 'arn:aws:organizations::111122223333:ou/o-123example/ou-1234-6nested'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)
const stranger = useClients(sandbox)
beforeEach(async () => {
  await clients.ec2.send(new DisableImageBlockPublicAccessCommand({}))
})

const own = (change: Parameters<typeof addImage>[2] = {}) => addImage(sandbox, clients.account, change).image.ImageId
const modify = (request: ModifyImageAttributeRequest) => clients.ec2.send(new ModifyImageAttributeCommand(request))
const share = (ImageId: string, permission: LaunchPermission) =>
  modify({ ImageId, LaunchPermission: { Add: [permission] } })

async function permissionsOf(ImageId: string): Promise<LaunchPermission[] | undefined> {
  const request = { ImageId, Attribute: 'launchPermission' as const }
  return (await clients.ec2.send(new DescribeImageAttributeCommand(request))).LaunchPermissions
}

/** Whether the other account finds the image. */
async function isSeen(id: string, { ec2 }: Clients = stranger): Promise<boolean> {
  const Filters = [{ Name: 'image-id', Values: [id] }]
  return (await ec2.send(new DescribeImagesCommand({ Filters }))).Images?.length === 1
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html
describe('an image that is shared with an account', () => {
  test('is seen and launched by that one alone, until that is taken back', async () => {
    const ImageId = own()
    expect(await isSeen(ImageId)).toBe(false)
    await share(ImageId, { UserId: stranger.account })
    expect(await isSeen(ImageId)).toBe(true)
    expect(await isSeen(ImageId, clientsFor(sandbox.url))).toBe(false)
    expect(await launch(stranger, { ImageId })).toMatchObject({ ImageId })
    await modify({ ImageId, LaunchPermission: { Remove: [{ UserId: stranger.account }] } })
    expect(await isSeen(ImageId)).toBe(false)
    await expect(launch(stranger, { ImageId })).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
  })

  test('has each permission once', async () => {
    const ImageId = own()
    await share(ImageId, { UserId: stranger.account })
    await modify({ ImageId, OperationType: 'add', UserIds: [stranger.account] })
    expect(await permissionsOf(ImageId)).toEqual([{ UserId: stranger.account }])
  })

  test('does not mind when a permission is removed that it does not have', async () => {
    const ImageId = own()
    await modify({ ImageId, OperationType: 'remove', UserIds: [newAccount()] })
    expect(await permissionsOf(ImageId)).toEqual([])
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/share-amis-with-organizations-and-OUs.html
describe('an image that is shared with', () => {
  const [atTop, inUnit, nested] = [newAccount(), newAccount(), newAccount()]
  beforeEach(() => {
    const units = [{ arn: UNIT, accounts: [inUnit], units: [{ arn: NESTED, accounts: [nested] }] }]
    sandbox.world.organizations.set(ORGANIZATION, { arn: ORGANIZATION, accounts: [atTop], units })
  })

  test.each([
    ['an organization', { OrganizationArn: ORGANIZATION }, [true, true, true]],
    ['a unit', { OrganizationalUnitArn: UNIT }, [false, true, true]],
    ['a nested unit', { OrganizationalUnitArn: NESTED }, [false, false, true]]
  ])('%s is seen and launched by all accounts below that', async (_, permission, expected) => {
    const ImageId = own()
    await share(ImageId, permission)
    for (const [i, account] of [atTop, inUnit, nested].entries()) {
      const member = clientsFor(sandbox.url, account)
      expect(await isSeen(ImageId, member)).toBe(expected[i])
      if (expected[i]) expect(await launch(member, { ImageId })).toMatchObject({ ImageId })
    }
    expect(await isSeen(ImageId)).toBe(false)
    expect(await permissionsOf(ImageId)).toEqual([permission])
  })

  test('both, in the older form, which also removes', async () => {
    const ImageId = own()
    const arns = { OrganizationArns: [ORGANIZATION], OrganizationalUnitArns: [UNIT] }
    await modify({ ImageId, Attribute: 'launchPermission', OperationType: 'add', ...arns })
    expect(await permissionsOf(ImageId)).toEqual([{ OrganizationArn: ORGANIZATION }, { OrganizationalUnitArn: UNIT }])
    await modify({ ImageId, Attribute: 'launchPermission', OperationType: 'remove', ...arns })
    expect(await permissionsOf(ImageId)).toEqual([])
  })
})

describe('a public image', () => {
  test('is seen by everybody until it is private again', async () => {
    const ImageId = own()
    await modify({ ImageId, OperationType: 'add', UserGroups: ['all'] })
    expect(await isSeen(ImageId)).toBe(true)
    expect(await imageOf(stranger, ImageId)).toMatchObject({ Public: true })
    await modify({ ImageId, LaunchPermission: { Remove: [{ Group: 'all' }] } })
    expect(await isSeen(ImageId)).toBe(false)
    expect(await imageOf(clients, ImageId)).toMatchObject({ Public: false })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html (public AMIs)
  test.each([
    ['where it has no date', undefined, '2028-02-03T04:05:00.000Z'],
    ['where its date is later', '2030-01-01T00:00:00.000Z', '2028-02-03T04:05:00.000Z'],
    ['but not where its date is earlier', '2027-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z']
  ])('is deprecated two years after its creation, %s', async (_, DeprecationTime, expected) => {
    const ImageId = own({ CreationDate: '2026-02-03T04:05:06.000Z', DeprecationTime })
    await share(ImageId, { Group: 'all' })
    expect(await imageOf(clients, ImageId)).toMatchObject({ DeprecationTime: expected })
  })
})

describe('what cannot be shared', () => {
  // https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html (encrypted snapshots)
  test('one encrypted with the AWS-managed key', async () => {
    await expect(
      share(own({ snapshot: managedEncryption(clients.account) }), { UserId: stranger.account })
    ).rejects.toMatchObject({
      name: 'InvalidParameter',
      message: 'Snapshots encrypted with the AWS Managed CMK can’t be shared. Specify another snapshot.'
    })
  })

  test('one encrypted with a key of its own can be shared with an account', async () => {
    const ImageId = own({ snapshot: ownEncryption(clients.account) })
    await share(ImageId, { UserId: stranger.account })
    expect(await isSeen(ImageId)).toBe(true)
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-intro.html
  test('any encrypted one with everybody', async () => {
    await expect(share(own({ snapshot: ownEncryption(clients.account) }), { Group: 'all' })).rejects.toMatchObject({
      name: 'UnsupportedOperation',
      message: 'Encrypted snapshots can’t be shared publicly. Specify another snapshot.'
    })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html (product code)
  test('one with a Marketplace product code with everybody', async () => {
    const ProductCodes = [{ ProductCodeId: 'abc', ProductCodeType: 'marketplace' as const }]
    const refused = share(own({ ProductCodes }), { Group: 'all' })
    await expect(refused).rejects.toMatchObject({ name: 'OperationNotPermitted' })
  })

  test.each([
    ['an account id that is none', { LaunchPermission: { Add: [{ UserId: '123' }] } }, 'InvalidParameterValue'],
    ['an unknown group', { OperationType: 'add' as const, UserGroups: ['some'] }, 'InvalidParameterValue'],
    [
      'the id of an organization, not its ARN',
      { LaunchPermission: { Add: [{ OrganizationArn: 'o-123example' }] } },
      'InvalidParameterValue'
    ],
    [
      'the ARN of an organization as one of a unit',
      { LaunchPermission: { Add: [{ OrganizationalUnitArn: ORGANIZATION }] } },
      'InvalidParameterValue'
    ],
    ['an empty permission', { LaunchPermission: { Add: [{}] } }, 'InvalidParameterCombination'],
    ['nobody knows what to do', { UserIds: ['111122223333'] }, 'MissingParameter'],
    ['another operation', { UserIds: ['111122223333'], OperationType: 'swap' as 'add' }, 'InvalidParameterValue']
  ])('%s', async (_, change, name) => {
    const ImageId = own()
    await expect(modify({ ImageId, ...change })).rejects.toMatchObject({ name })
    expect(await permissionsOf(ImageId)).toEqual([])
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetImageAttribute.html
describe('ResetImageAttribute', () => {
  const reset = (request: object) =>
    clients.ec2.send(new ResetImageAttributeCommand({ Attribute: 'launchPermission', ImageId: '', ...request }))

  test('makes an image private', async () => {
    const ImageId = own({ launchPermissions: [{ UserId: stranger.account }, { Group: 'all' }] })
    await reset({ ImageId })
    expect(await permissionsOf(ImageId)).toEqual([])
    expect(await imageOf(clients, ImageId)).toMatchObject({ Public: false })
  })

  test.each([
    ['another attribute', { Attribute: 'description' }, 'InvalidParameterValue'],
    ['no attribute', { Attribute: '' }, 'MissingParameter'],
    ['no image', { ImageId: '' }, 'MissingParameter'],
    ["someone else's image", { ImageId: IMAGES.linux }, 'AuthFailure'],
    ['a dry run', { DryRun: true }, 'DryRunOperation']
  ])('refuses %s', async (_, change, name) => {
    const ImageId = own({ launchPermissions: [{ UserId: stranger.account }] })
    await expect(reset({ ImageId, ...change })).rejects.toMatchObject({ name })
    expect(await permissionsOf(ImageId)).toHaveLength(1)
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/cancel-sharing-an-AMI.html
describe('CancelImageLaunchPermission', () => {
  const cancel = (ImageId: string, change: object = {}) =>
    stranger.ec2.send(new CancelImageLaunchPermissionCommand({ ImageId, ...change }))

  test('takes the caller out of the permissions, and nobody else', async () => {
    const other = { UserId: newAccount() }
    const ImageId = own({ launchPermissions: [{ UserId: stranger.account }, other] })
    expect(await cancel(ImageId)).toMatchObject({ Return: true })
    expect(await isSeen(ImageId)).toBe(false)
    expect(await permissionsOf(ImageId)).toEqual([other])
  })

  test('refuses an image that is shared with everybody, not with the account', async () => {
    await expect(cancel(IMAGES.linux)).rejects.toMatchObject({ name: 'OperationNotPermitted' })
  })

  test('refuses what it cannot see, and no image at all', async () => {
    await expect(cancel(own())).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
    await expect(cancel('')).rejects.toMatchObject({ name: 'MissingParameter' })
  })

  test('changes nothing in a dry run', async () => {
    const ImageId = own({ launchPermissions: [{ UserId: stranger.account }] })
    await expect(cancel(ImageId, { DryRun: true })).rejects.toMatchObject({ name: 'DryRunOperation' })
    expect(await isSeen(ImageId)).toBe(true)
  })
})
