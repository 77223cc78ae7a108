import { DeleteSnapshotCommand, RegisterImageCommand, type RegisterImageRequest } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, clientsFor, serve, served, useClients } from '../../../support/sandbox.ts'
import { seeder } from '../fixture.ts'
import { imageOf } from '../make.ts'
import { addImage, addSnapshot, ownEncryption } from './own.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)

const rootOf = (SnapshotId: string, ebs: object = {}) => [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId, ...ebs } }]

async function register(change: Partial<RegisterImageRequest> = {}): Promise<string> {
  const request = {
    Name: 'registered',
    RootDeviceName: '/dev/xvda',
    Architecture: 'x86_64' as const,
    VirtualizationType: 'hvm',
    ...change
  }
  request.BlockDeviceMappings ??= rootOf(addSnapshot(sandbox, clients.account))
  const { ImageId = '' } = await clients.ec2.send(new RegisterImageCommand(request))
  await advance(sandbox, 0)
  return ImageId
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html
describe('RegisterImage', () => {
  test('makes an image of a snapshot, as big and as encrypted as this is', async () => {
    const SnapshotId = addSnapshot(sandbox, clients.account, { VolumeSize: 20, ...ownEncryption(clients.account) })
    const id = await register({ BlockDeviceMappings: rootOf(SnapshotId), EnaSupport: true, BootMode: 'uefi' })
    expect(await imageOf(clients, id)).toMatchObject({
      State: 'available',
      Name: 'registered',
      ImageLocation: `${clients.account}/registered`,
      Public: false,
      VirtualizationType: 'hvm',
      RootDeviceType: 'ebs',
      EnaSupport: true,
      BootMode: 'uefi',
      BlockDeviceMappings: [{ Ebs: { SnapshotId, VolumeSize: 20, Encrypted: true, DeleteOnTermination: true } }]
    })
    const asked = clients.ec2.send(new DeleteSnapshotCommand({ SnapshotId }))
    await expect(asked).rejects.toMatchObject({ name: 'InvalidSnapshot.InUse' })
  })

  test('takes i386 and paravirtual where nothing is said', async () => {
    const id = await register({ Architecture: undefined, VirtualizationType: undefined })
    expect(await imageOf(clients, id)).toMatchObject({ Architecture: 'i386', VirtualizationType: 'paravirtual' })
  })

  test.each([
    ['a snapshot that is shared with the account', (id: string) => [{ UserId: id }]],
    ['a public snapshot', () => [{ Group: 'all' as const }]]
  ])('takes %s', async (_, permissionsFor) => {
    const owner = clientsFor(sandbox.url).account
    const SnapshotId = addSnapshot(sandbox, owner)
    const record = sandbox.world.region('us-east-1', owner).snapshots.get(SnapshotId)
    if (record) record.createVolumePermissions = permissionsFor(clients.account)
    expect(await register({ BlockDeviceMappings: rootOf(SnapshotId) })).toMatch(/^ami-/)
  })

  test('keeps what only its attributes tell: UEFI variables', async () => {
    const UefiData = Buffer.from('AMZNUEFI').toString('base64')
    const id = await register({ BootMode: 'uefi', TpmSupport: 'v2.0', ImdsSupport: 'v2.0', UefiData })
    expect(await imageOf(clients, id)).toMatchObject({ TpmSupport: 'v2.0', ImdsSupport: 'v2.0' })
    expect(sandbox.world.region('us-east-1', clients.account).images.get(id)).toMatchObject({ uefiData: UefiData })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html
  test.each([
    [undefined, { PlatformDetails: 'Linux/UNIX', UsageOperation: 'RunInstances' }],
    [['bp-6ba54002'], { Platform: 'windows', PlatformDetails: 'Windows', UsageOperation: 'RunInstances:0002' }],
    [['bp-6fa54006'], { PlatformDetails: 'Red Hat Enterprise Linux', UsageOperation: 'RunInstances:0010' }]
  ])('with the billing products %j is billed as %j', async (BillingProducts, expected) => {
    expect(await imageOf(clients, await register({ BillingProducts }))).toMatchObject(expected)
  })

  test.each([
    ['no name', { Name: undefined }, 'MissingParameter'],
    ['no root device', { RootDeviceName: undefined }, 'MissingParameter'],
    ['a manifest in S3', { ImageLocation: 'bucket/image.manifest.xml' }, 'UnsupportedOperation'],
    ['a root device without snapshot', { BlockDeviceMappings: [] }, 'InvalidBlockDeviceMapping'],
    ['a device twice', { BlockDeviceMappings: [...rootOf('snap'), ...rootOf('snap')] }, 'InvalidBlockDeviceMapping'],
    ['a device without a name', { BlockDeviceMappings: [{ Ebs: { VolumeSize: 1 } }] }, 'MissingParameter'],
    ['an unknown snapshot', { BlockDeviceMappings: rootOf('snap-0123456789abcdef0') }, 'InvalidSnapshot.NotFound'],
    ['a malformed snapshot id', { BlockDeviceMappings: rootOf('snap') }, 'InvalidParameterValue'],
    ['an unknown architecture', { Architecture: 'riscv64' }, 'InvalidParameterValue'],
    ['an unknown boot mode', { BootMode: 'bios' }, 'InvalidParameterValue'],
    ['an unknown virtualization', { VirtualizationType: 'xen' }, 'InvalidParameterValue'],
    ['another TPM', { TpmSupport: 'v1.2' }, 'InvalidParameterValue'],
    ['another IMDS', { ImdsSupport: 'v1.0' }, 'InvalidParameterValue'],
    ['a TPM without UEFI', { TpmSupport: 'v2.0', BootMode: 'legacy-bios' }, 'InvalidParameterCombination'],
    ['UEFI variables without UEFI', { UefiData: 'QQ==' }, 'InvalidParameterCombination'],
    ['UEFI variables that are not base64', { UefiData: '?', BootMode: 'uefi' }, 'InvalidParameterValue'],
    ['arm64 with legacy BIOS', { Architecture: 'arm64', BootMode: 'legacy-bios' }, 'InvalidParameterCombination'],
    ['UEFI without HVM', { BootMode: 'uefi', VirtualizationType: 'paravirtual' }, 'InvalidParameterCombination'],
    ['a billing product of others', { BillingProducts: ['bp-00000000'] }, 'AuthFailure'],
    [
      'tags for what it does not make',
      { TagSpecifications: [{ ResourceType: 'snapshot', Tags: [] }] },
      'InvalidParameterValue'
    ],
    ['a dry run', { DryRun: true }, 'DryRunOperation']
  ] as [string, Partial<RegisterImageRequest>, string][])('refuses %s', async (_, change, name) => {
    await expect(register(change)).rejects.toMatchObject({ name })
    const { images } = sandbox.world.region('us-east-1', clients.account)
    expect([...images.values()].filter(({ ownerId }) => ownerId === clients.account)).toEqual([])
  })

  test("refuses someone else's snapshot", async () => {
    const SnapshotId = addSnapshot(sandbox, clientsFor(sandbox.url).account)
    const refused = register({ BlockDeviceMappings: rootOf(SnapshotId) })
    await expect(refused).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' })
  })

  test('refuses a name that is taken', async () => {
    addImage(sandbox, clients.account, { Name: 'registered' })
    await expect(register()).rejects.toMatchObject({ name: 'InvalidAMIName.Duplicate' })
  })

  test.each([
    ['its encryption', { Encrypted: true }, {}, 'InvalidBlockDeviceMapping'],
    ['a volume smaller than the snapshot', { VolumeSize: 7 }, {}, 'InvalidBlockDeviceMapping'],
    ['a snapshot that is not completed', {}, { State: 'pending' as const }, 'IncorrectState'],
    ['a volume that EBS does not have', { VolumeType: 'st1' as const }, {}, 'InvalidParameterValue']
  ])('refuses %s', async (_, ebs, snapshot, name) => {
    const SnapshotId = addSnapshot(sandbox, clients.account, snapshot)
    await expect(register({ BlockDeviceMappings: rootOf(SnapshotId, ebs) })).rejects.toMatchObject({ name })
  })
})
