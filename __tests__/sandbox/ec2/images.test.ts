import {
  CreateImageCommand,
  type CreateImageRequest,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  type DescribeImagesRequest,
  DescribeSnapshotsCommand,
  type Image,
  ModifyImageAttributeCommand,
  type ModifyImageAttributeRequest,
  RegisterImageCommand,
  type RegisterImageRequest,
  RunInstancesCommand,
  type RunInstancesRequest,
  type Snapshot,
  StopInstancesCommand,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { advance, type Clients, clientsFor, newAccount, type RunningSandbox, serve } from '../../support/sandbox.ts'
import { IMAGES, ROOT_SNAPSHOT, seeder } from './fixture.ts'

const LONG_ENOUGH_SECONDS = 120
const UNKNOWN = 'ami-0123456789abcdef0'

let sandbox: RunningSandbox
let guests: HandGuests
let clients: Clients
beforeAll(async () => {
  guests = new HandGuests()
  sandbox = await serve({ guests, seeder, latencyFactor: 1 })
})
beforeEach(() => {
  clients = clientsFor(sandbox.url)
})
afterAll(() => sandbox.stop())

async function running(change: Partial<RunInstancesRequest> = {}): Promise<string> {
  const request = { ImageId: IMAGES.linux, InstanceType: 't3.micro' as const, MinCount: 1, MaxCount: 1, ...change }
  const { Instances: [instance] = [] } = await clients.ec2.send(new RunInstancesCommand(request))
  await advance(sandbox, LONG_ENOUGH_SECONDS)
  return instance?.InstanceId ?? ''
}

async function stopped(change: Partial<RunInstancesRequest> = {}): Promise<string> {
  const id = await running(change)
  await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }))
  await advance(sandbox, LONG_ENOUGH_SECONDS)
  return id
}

async function createImage(change: Partial<CreateImageRequest>): Promise<string> {
  const { ImageId = '' } = await clients.ec2.send(new CreateImageCommand({ InstanceId: '', Name: 'name', ...change }))
  return ImageId
}

/** An available image of a stopped instance. */
async function available(change: Partial<CreateImageRequest> = {}): Promise<string> {
  const id = await createImage({ InstanceId: await stopped(), ...change })
  await advance(sandbox, LONG_ENOUGH_SECONDS)
  return id
}

async function imagesOf({ ec2 }: Clients, request: DescribeImagesRequest): Promise<Image[]> {
  const { Images = [] } = await ec2.send(new DescribeImagesCommand(request))
  return Images
}

async function describeOne(id: string): Promise<Image> {
  const [image] = await imagesOf(clients, { ImageIds: [id] })
  if (!image) throw new Error(`${id} is not described`)
  return image
}

const snapshotIdsOf = ({ BlockDeviceMappings = [] }: Image): string[] =>
  BlockDeviceMappings.map(({ Ebs }) => Ebs?.SnapshotId ?? '')

async function snapshotsOf(image: Image): Promise<Snapshot[]> {
  const { Snapshots = [] } = await clients.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: snapshotIdsOf(image) }))
  return Snapshots
}

const mine = async () => (await imagesOf(clients, { Owners: ['self'] })).map(({ Name }) => Name)

const DATA_DISK = { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 20, VolumeType: 'gp3' as const, Encrypted: true } }

describe('CreateImage', () => {
  test('of a stopped instance: pending, then available, with a snapshot of every volume, encrypted as it is', async () => {
    const InstanceId = await stopped({ BlockDeviceMappings: [DATA_DISK] })
    const id = await createImage({ InstanceId, Name: 'all volumes', Description: 'two disks' })
    expect(await describeOne(id)).toMatchObject({ State: 'pending', Name: 'all volumes', Description: 'two disks' })
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    const image = await describeOne(id)
    expect(image).toMatchObject({
      State: 'available',
      Public: false,
      OwnerId: clients.account,
      ImageLocation: `${clients.account}/all volumes`,
      Architecture: 'x86_64',
      RootDeviceName: '/dev/xvda',
      SourceInstanceId: InstanceId,
      SourceImageId: IMAGES.linux,
      SourceImageRegion: 'us-east-1',
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 8, Encrypted: false } },
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 20, VolumeType: 'gp3', Encrypted: true } }
      ]
    })
    expect(await snapshotsOf(image)).toMatchObject([
      {
        State: 'completed',
        Encrypted: false,
        VolumeSize: 8,
        Description: `Created by CreateImage(${InstanceId}) for ${id}`
      },
      { State: 'completed', Encrypted: true, VolumeSize: 20, KmsKeyId: expect.stringContaining(clients.account) }
    ])
  })

  test('of a running instance: it is rebooted', async () => {
    const InstanceId = await running()
    const id = await createImage({ InstanceId })
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    expect(await describeOne(id)).toMatchObject({ State: 'available' })
    expect(guests.bootsOf(InstanceId)).toHaveLength(2)
  })

  test('of a running instance with NoReboot: it runs on', async () => {
    const InstanceId = await running()
    await createImage({ InstanceId, NoReboot: true })
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    expect(guests.bootsOf(InstanceId)).toHaveLength(1)
  })

  test('outlives its instance: what is launched from it has the frozen content', async () => {
    const InstanceId = await stopped()
    const ImageId = await createImage({ InstanceId })
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }))
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    const again = await running({ ImageId })
    const volume = guests.bootsOf(again)[0]?.volumes[0]?.volumeId ?? ''
    expect(guests.volumes.get(volume)?.at(-1)).toMatch(/^frozen:vol-/)
  })

  test('tags the image and its snapshots, each as asked', async () => {
    const id = await available({
      TagSpecifications: [
        { ResourceType: 'image', Tags: [{ Key: 'kind', Value: 'image' }] },
        { ResourceType: 'snapshot', Tags: [{ Key: 'kind', Value: 'snapshot' }] }
      ]
    })
    const image = await describeOne(id)
    expect(image.Tags).toEqual([{ Key: 'kind', Value: 'image' }])
    expect((await snapshotsOf(image)).map(({ Tags }) => Tags)).toEqual([[{ Key: 'kind', Value: 'snapshot' }]])
  })

  test('leaves out a volume that the request leaves out, and adds a device that the instance lacks', async () => {
    const InstanceId = await stopped({ BlockDeviceMappings: [DATA_DISK] })
    const added = { DeviceName: '/dev/sdg', Ebs: { VolumeSize: 5, VolumeType: 'gp3' as const } }
    const id = await createImage({ InstanceId, BlockDeviceMappings: [{ DeviceName: '/dev/sdf', NoDevice: '' }, added] })
    const { BlockDeviceMappings } = await describeOne(id)
    expect(BlockDeviceMappings).toMatchObject([{ DeviceName: '/dev/xvda' }, added])
  })

  test('a name is unique per owner and region, even while its image is pending', async () => {
    const InstanceId = await stopped()
    const first = await createImage({ InstanceId, Name: 'taken' })
    const message = `AMI name taken is already in use by AMI ${first}`
    await expect(createImage({ InstanceId, Name: 'taken' })).rejects.toMatchObject({
      name: 'InvalidAMIName.Duplicate',
      message
    })
    const own = clients
    clients = clientsFor(sandbox.url)
    await expect(createImage({ InstanceId: await stopped(), Name: 'taken' })).resolves.toMatch(/^ami-/)
    clients = clientsFor(sandbox.url, own.account, 'eu-west-1')
    await expect(createImage({ InstanceId: await stopped(), Name: 'taken' })).resolves.toMatch(/^ami-/)
  })

  test('of two requests at once for one name, one gets it', async () => {
    const InstanceId = await stopped()
    const asked = await Promise.allSettled([createImage({ InstanceId }), createImage({ InstanceId })])
    expect(asked.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test.each([
    ['no instance', { InstanceId: undefined }, 'MissingParameter'],
    ['no name', { Name: undefined }, 'MissingParameter'],
    ['a malformed instance id', { InstanceId: 'i-1' }, 'InvalidInstanceID.Malformed'],
    ['an unknown instance', { InstanceId: 'i-0123456789abcdef0' }, 'InvalidInstanceID.NotFound'],
    ['a name of two characters', { Name: 'ab' }, 'InvalidAMIName.Malformed'],
    ['a name of 129 characters', { Name: 'a'.repeat(129) }, 'InvalidAMIName.Malformed'],
    ['a colon in a name', { Name: 'a:b:c' }, 'InvalidAMIName.Malformed'],
    [
      'tags for what it does not make',
      { TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [] }] },
      'InvalidParameterValue'
    ],
    ['a dry run', { DryRun: true }, 'DryRunOperation']
  ] as [string, Partial<CreateImageRequest>, string][])('refuses %s', async (_, change, name) => {
    const InstanceId = await stopped()
    await expect(createImage({ InstanceId, ...change })).rejects.toMatchObject({ name })
    expect(await mine()).toEqual([])
  })

  test('refuses an instance that is neither running nor stopped', async () => {
    const InstanceId = await running()
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }))
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    await expect(createImage({ InstanceId })).rejects.toMatchObject({ name: 'IncorrectState' })
  })
})

describe('DescribeImages', () => {
  test.each([
    ['name', ['app-*'], ['app-1', 'app-2']],
    ['name', ['app-?'], ['app-1', 'app-2']],
    ['name', ['App-1'], []],
    ['name', ['app-1', 'other'], ['app-1', 'other']],
    ['description', ['*disk*'], ['app-2']],
    ['state', ['available'], ['app-1', 'app-2', 'other']],
    ['tag:version', ['2'], ['app-2']],
    ['tag-key', ['ver*'], ['app-1', 'app-2']],
    ['is-public', ['true'], []],
    ['architecture', ['x86_64'], ['app-1', 'app-2', 'other']],
    ['block-device-mapping.volume-size', ['8'], ['app-1', 'app-2', 'other']],
    ['source-image-id', [IMAGES.arm], []]
  ])('filters by %s = %j', async (Name, Values, expected) => {
    await threeImages()
    const found = await imagesOf(clients, { Owners: ['self'], Filters: [{ Name, Values }] })
    expect(found.map(image => image.Name)).toEqual(expected)
  })

  async function threeImages(): Promise<void> {
    const InstanceId = await stopped()
    const tagged = (Value: string) => [{ ResourceType: 'image' as const, Tags: [{ Key: 'version', Value }] }]
    await createImage({ InstanceId, Name: 'app-1', TagSpecifications: tagged('1') })
    await createImage({ InstanceId, Name: 'app-2', TagSpecifications: tagged('2'), Description: 'a disk more' })
    await createImage({ InstanceId, Name: 'other' })
    await advance(sandbox, LONG_ENOUGH_SECONDS)
  }

  test('all filters must match', async () => {
    await threeImages()
    const Filters = [
      { Name: 'name', Values: ['app-*'] },
      { Name: 'tag:version', Values: ['1'] }
    ]
    expect((await imagesOf(clients, { Filters })).map(({ Name }) => Name)).toEqual(['app-1'])
  })

  test('refuses a filter that it does not have', async () => {
    const asked = imagesOf(clients, { Filters: [{ Name: 'colour', Values: ['red'] }] })
    await expect(asked).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: "The filter 'colour' is invalid"
    })
  })

  test.each([
    ['self', []],
    ['137112412989', [IMAGES.linux]]
  ])('Owners %s', async (owner, expected) => {
    const found = await imagesOf(clients, { Owners: [owner], Filters: [{ Name: 'image-id', Values: [IMAGES.linux] }] })
    expect(found.map(({ ImageId }) => ImageId)).toEqual(expected)
  })

  test('pages: each image once, in an order that stays', async () => {
    await threeImages()
    const pages: (string | undefined)[][] = []
    let NextToken: string | undefined
    do {
      const request = { Owners: ['self'], MaxResults: 2, ...(NextToken && { NextToken }) }
      const answer = await clients.ec2.send(new DescribeImagesCommand(request))
      pages.push((answer.Images ?? []).map(({ Name }) => Name))
      NextToken = answer.NextToken
    } while (NextToken)
    expect(pages).toEqual([['app-1', 'app-2'], ['other']])
  })

  test.each([
    [
      'a malformed id',
      { ImageIds: ['ami-1'] },
      'InvalidAMIID.Malformed',
      'Invalid image id: "ami-1" (expecting "ami-...")'
    ],
    [
      'an unknown id among known ones',
      { ImageIds: [IMAGES.linux, UNKNOWN] },
      'InvalidAMIID.NotFound',
      `The image id '[${UNKNOWN}]' does not exist`
    ],
    ['a page of no length', { MaxResults: 0 }, 'InvalidParameterValue', '(0) for parameter MaxResults'],
    ['a token that is none', { NextToken: 'zz' }, 'InvalidParameterValue', '(zz) for parameter NextToken'],
    ['a dry run', { DryRun: true }, 'DryRunOperation', 'DryRun flag is set']
  ])('refuses %s', async (_, request, name, message) => {
    await expect(imagesOf(clients, request)).rejects.toMatchObject({ name, message: expect.stringContaining(message) })
  })
})

describe('what another account may see', () => {
  let stranger: Clients
  beforeEach(() => {
    stranger = clientsFor(sandbox.url)
  })

  const modify = (request: ModifyImageAttributeRequest) => clients.ec2.send(new ModifyImageAttributeCommand(request))
  const seen = async (ImageId: string) => {
    const found = await imagesOf(stranger, { Filters: [{ Name: 'image-id', Values: [ImageId] }] })
    return found.map(({ Public, Tags }) => ({ Public, Tags }))
  }

  test('no private image, nor its snapshots', async () => {
    const id = await available()
    expect(await seen(id)).toEqual([])
    await expect(imagesOf(stranger, { ImageIds: [id] })).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
    const request = { SnapshotIds: snapshotIdsOf(await describeOne(id)) }
    const asked = stranger.ec2.send(new DescribeSnapshotsCommand(request))
    await expect(asked).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' })
  })

  test('an image that is shared with it, without its tags, until that is taken back', async () => {
    const TagSpecifications = [{ ResourceType: 'image' as const, Tags: [{ Key: 'secret', Value: 'a' }] }]
    const ImageId = await available({ TagSpecifications })
    const permission = [{ UserId: stranger.account }]
    await modify({ ImageId, LaunchPermission: { Add: permission } })
    expect(await seen(ImageId)).toEqual([{ Public: false, Tags: undefined }])
    const byTag = await imagesOf(stranger, { ExecutableUsers: ['self'] })
    expect(byTag.map(image => image.ImageId)).toEqual([ImageId])
    await modify({ ImageId, LaunchPermission: { Remove: permission } })
    expect(await seen(ImageId)).toEqual([])
  })

  test("a filter by tag finds no other account's image: its tags are not to be guessed", async () => {
    const TagSpecifications = [{ ResourceType: 'image' as const, Tags: [{ Key: 'secret', Value: 'a' }] }]
    const ImageId = await available({ TagSpecifications })
    await modify({ ImageId, LaunchPermission: { Add: [{ Group: 'all' }] } })
    expect(await imagesOf(stranger, { Filters: [{ Name: 'tag:secret', Values: ['*'] }] })).toEqual([])
    expect(await imagesOf(stranger, { Filters: [{ Name: 'tag-key', Values: ['secret'] }] })).toEqual([])
  })

  test('a public image', async () => {
    const ImageId = await available()
    await modify({ ImageId, LaunchPermission: { Add: [{ Group: 'all' }] } })
    expect(await seen(ImageId)).toEqual([{ Public: true, Tags: undefined }])
  })

  test('but it may not deregister or change it', async () => {
    const ImageId = await available()
    await modify({ ImageId, LaunchPermission: { Add: [{ UserId: stranger.account }] } })
    const refusal = { name: 'AuthFailure', message: `Not authorized for image:${ImageId}` }
    await expect(stranger.ec2.send(new DeregisterImageCommand({ ImageId }))).rejects.toMatchObject(refusal)
    const change = { ImageId, LaunchPermission: { Add: [{ UserId: newAccount() }] } }
    await expect(stranger.ec2.send(new ModifyImageAttributeCommand(change))).rejects.toMatchObject(refusal)
  })

  test('the launch permissions are listed for the owner', async () => {
    const ImageId = await available()
    await modify({ ImageId, OperationType: 'add', UserIds: [stranger.account] })
    await modify({ ImageId, OperationType: 'add', UserIds: [stranger.account] })
    const request = { ImageId, Attribute: 'launchPermission' as const }
    const { LaunchPermissions } = await clients.ec2.send(new DescribeImageAttributeCommand(request))
    expect(LaunchPermissions).toEqual([{ UserId: stranger.account }])
  })

  test('description and IMDS version can be changed', async () => {
    const ImageId = await available()
    await modify({ ImageId, Description: { Value: 'better' }, ImdsSupport: { Value: 'v2.0' } })
    expect(await describeOne(ImageId)).toMatchObject({ Description: 'better', ImdsSupport: 'v2.0' })
  })

  test.each([
    ['an account id that is none', { LaunchPermission: { Add: [{ UserId: '123' }] } }, 'InvalidParameterValue'],
    ['an unknown IMDS version', { ImdsSupport: { Value: 'v1.0' } }, 'InvalidParameterValue'],
    ['an unknown image', { ImageId: UNKNOWN, Description: { Value: 'a' } }, 'InvalidAMIID.NotFound'],
    ['a dry run', { Description: { Value: 'a' }, DryRun: true }, 'DryRunOperation']
  ])('ModifyImageAttribute refuses %s', async (_, change, name) => {
    const ImageId = await available()
    await expect(modify({ ImageId, ...change })).rejects.toMatchObject({ name })
  })
})

describe('DeregisterImage', () => {
  const deregister = (ImageId: string, change = {}) =>
    clients.ec2.send(new DeregisterImageCommand({ ImageId, ...change }))

  test('takes the image away and leaves its snapshots', async () => {
    const id = await available()
    const image = await describeOne(id)
    await deregister(id)
    await expect(describeOne(id)).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
    expect(await snapshotsOf(image)).toHaveLength(1)
  })

  test('frees the name', async () => {
    const InstanceId = await stopped()
    await deregister(await createImage({ InstanceId }))
    await expect(createImage({ InstanceId })).resolves.toMatch(/^ami-/)
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshotReturnCode.html
  test('DeleteAssociatedSnapshots deletes those that no other image stands on, and says so of each', async () => {
    const InstanceId = await stopped({ BlockDeviceMappings: [DATA_DISK] })
    const id = await createImage({ InstanceId })
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    const [root = '', data = ''] = snapshotIdsOf(await describeOne(id))
    await register({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId: root } }] })
    expect(await deregister(id, { DeleteAssociatedSnapshots: true })).toMatchObject({
      Return: true,
      DeleteSnapshotResults: [
        { SnapshotId: root, ReturnCode: 'skipped' },
        { SnapshotId: data, ReturnCode: 'success' }
      ]
    })
    const asked = clients.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [data] }))
    await expect(asked).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' })
  })

  test.each([
    ['a malformed id', 'ami-zz', {}, 'InvalidAMIID.Malformed'],
    ['an unknown id', UNKNOWN, {}, 'InvalidAMIID.NotFound'],
    ["a private image of someone else's", IMAGES.foreign, {}, 'InvalidAMIID.NotFound'],
    ["a public image of someone else's", IMAGES.linux, {}, 'AuthFailure'],
    ['no id', '', {}, 'MissingParameter']
  ])('refuses %s', async (_, id, change, name) => {
    await expect(deregister(id, change)).rejects.toMatchObject({ name })
  })

  test('a dry run leaves it', async () => {
    const id = await available()
    await expect(deregister(id, { DryRun: true })).rejects.toMatchObject({ name: 'DryRunOperation' })
    expect(await describeOne(id)).toMatchObject({ State: 'available' })
  })
})

async function register(change: Partial<RegisterImageRequest> = {}): Promise<string> {
  const request = { Name: 'registered', RootDeviceName: '/dev/xvda', Architecture: 'x86_64' as const, ...change }
  const { ImageId = '' } = await clients.ec2.send(new RegisterImageCommand({ VirtualizationType: 'hvm', ...request }))
  return ImageId
}

describe('RegisterImage', () => {
  const rootOf = (SnapshotId: string) => [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId } }]

  test('makes an image of a snapshot, as big and as encrypted as this is', async () => {
    const InstanceId = await stopped({ BlockDeviceMappings: [DATA_DISK] })
    const source = await createImage({ InstanceId })
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    const [, SnapshotId = ''] = snapshotIdsOf(await describeOne(source))
    const id = await register({ BlockDeviceMappings: rootOf(SnapshotId), EnaSupport: true, BootMode: 'uefi' })
    await advance(sandbox, 0)
    expect(await describeOne(id)).toMatchObject({
      State: 'available',
      Name: 'registered',
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

  test.each([
    ['no name', { Name: undefined }, 'MissingParameter'],
    ['no root device', { RootDeviceName: undefined }, 'MissingParameter'],
    ['a root device without snapshot', { BlockDeviceMappings: [] }, 'InvalidBlockDeviceMapping'],
    ['an unknown snapshot', { BlockDeviceMappings: rootOf('snap-0123456789abcdef0') }, 'InvalidSnapshot.NotFound'],
    ["someone else's snapshot", { BlockDeviceMappings: rootOf(ROOT_SNAPSHOT) }, 'InvalidSnapshot.NotFound'],
    ['a malformed snapshot id', { BlockDeviceMappings: rootOf('snap') }, 'InvalidParameterValue']
  ] as [string, Partial<RegisterImageRequest>, string][])('refuses %s', async (_, change, name) => {
    await expect(register(change)).rejects.toMatchObject({ name })
  })

  test('refuses a name that is taken, and to change the encryption', async () => {
    const [SnapshotId = ''] = snapshotIdsOf(await describeOne(await available({ Name: 'registered' })))
    const mapping = { DeviceName: '/dev/xvda', Ebs: { SnapshotId, Encrypted: true } }
    await expect(register({ BlockDeviceMappings: [mapping] })).rejects.toMatchObject({
      name: 'InvalidAMIName.Duplicate'
    })
    const asked = register({ Name: 'again', BlockDeviceMappings: [mapping] })
    await expect(asked).rejects.toMatchObject({ name: 'InvalidBlockDeviceMapping' })
  })
})
