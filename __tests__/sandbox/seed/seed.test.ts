import {
  DescribeImagesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type Image
} from '@aws-sdk/client-ec2'
import { ListAliasesCommand } from '@aws-sdk/client-kms'
import { GetParameterCommand } from '@aws-sdk/client-ssm'
import { describe, expect, test } from '@jest/globals'
import { baseLayer } from '../../../src/sandbox/seed/base-layer.ts'
import { seeder, seederFor } from '../../../src/sandbox/seed/seeder.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served } from '../../support/sandbox.ts'

const DAY_MS = 86_400_000

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

async function imageOf({ ssm, ec2 }: Clients, parameter: string): Promise<Image> {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameter }))
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [Parameter?.Value ?? ''] }))
  if (!Images[0]) throw new Error(`${parameter} leads to no image`)
  return Images[0]
}

async function imagesNamed({ ec2 }: Clients, name: string): Promise<Image[]> {
  const filter = new DescribeImagesCommand({ Filters: [{ Name: 'name', Values: [name] }] })
  const { Images = [] } = await ec2.send(filter)
  return Images
}

describe('a public parameter of AWS leads to the newest image', () => {
  const rows: [parameter: string, name: RegExp, expected: Partial<Image>][] = [
    [
      '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
      /^al2023-ami-2023\.9\.\d{8}\.0-kernel-6\.1-x86_64$/,
      { OwnerId: '137112412989', Architecture: 'x86_64', RootDeviceName: '/dev/xvda', ImdsSupport: 'v2.0' }
    ],
    [
      '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
      /^al2023-ami-.*-arm64$/,
      { OwnerId: '137112412989', Architecture: 'arm64', BootMode: 'uefi' }
    ],
    [
      '/aws/service/debian/release/12/latest/amd64',
      /^debian-12-amd64-\d{8}-\d+$/,
      { OwnerId: '136693071363', Architecture: 'x86_64', RootDeviceName: '/dev/xvda' }
    ],
    [
      '/aws/service/debian/release/12/latest/arm64',
      /^debian-12-arm64-\d{8}-\d+$/,
      { OwnerId: '136693071363', Architecture: 'arm64' }
    ],
    [
      '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id',
      /^ubuntu\/images\/hvm-ssd-gp3\/ubuntu-noble-24\.04-amd64-server-\d{8}$/,
      { OwnerId: '099720109477', RootDeviceName: '/dev/sda1' }
    ],
    [
      '/aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id',
      /^ubuntu\/images\/hvm-ssd\/ubuntu-jammy-22\.04-amd64-server-\d{8}$/,
      { OwnerId: '099720109477', RootDeviceName: '/dev/sda1' }
    ],
    ...['2016', '2019', '2022', '2025'].map((year): [string, RegExp, Partial<Image>] => [
      `/aws/service/ami-windows-latest/Windows_Server-${year}-English-Full-Base`,
      new RegExp(`^Windows_Server-${year}-English-Full-Base-\\d{4}\\.\\d\\d\\.\\d\\d$`),
      { OwnerId: '801119661308', PlatformDetails: 'Windows', UsageOperation: 'RunInstances:0002' }
    ])
  ]

  test.each(rows)('%s', async (parameter, name, expected) => {
    const image = await imageOf(clientsFor(sandbox.url), parameter)
    expect(image).toMatchObject({
      ...expected,
      Name: expect.stringMatching(name),
      ImageOwnerAlias: 'amazon',
      State: 'available',
      Public: true,
      RootDeviceType: 'ebs'
    })
    const root = image.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === image.RootDeviceName)
    const size = image.PlatformDetails === 'Windows' ? 30 : 8
    expect(root?.Ebs).toMatchObject({ SnapshotId: expect.stringMatching(/^snap-[0-9a-f]{17}$/), VolumeSize: size })
  })

  test('that is at most two weeks old by the sandbox’s clock, so that a `max-age` is met', async () => {
    const { CreationDate = '' } = await imageOf(
      clientsFor(sandbox.url),
      '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'
    )
    expect(sandbox.world.clock.now().getTime() - Date.parse(CreationDate)).toBeLessThan(14 * DAY_MS)
  })
})

describe('other images of every region', () => {
  test('a name pattern matches two releases of Amazon Linux 2023 for each architecture', async () => {
    const images = await imagesNamed(clientsFor(sandbox.url), 'al2023-ami-2023*')
    const names = (architecture: string) =>
      new Set(images.filter(({ Architecture }) => Architecture === architecture).map(({ Name }) => Name))
    expect(images).toHaveLength(4)
    expect([names('x86_64').size, names('arm64').size]).toEqual([2, 2])
  })

  test.each([
    ['Windows Server 2012 R2', 'Windows_Server-2012-R2_*', { Platform: 'windows' }],
    [
      'a Marketplace image',
      'Hardened Debian 12*',
      { ImageOwnerAlias: 'aws-marketplace', ProductCodes: [{ ProductCodeType: 'marketplace' }] }
    ],
    [
      'an imported one',
      'import-ami-*',
      { OwnerId: '702113645298', Description: expect.stringContaining('AWS-VMImport') }
    ],
    ['an instance-store one', 'amzn-ami-hvm-*-s3', { RootDeviceType: 'instance-store' }]
  ])('%s', async (_, name, expected) => {
    const images = await imagesNamed(clientsFor(sandbox.url), name)
    expect(images).toEqual([expect.objectContaining({ State: 'available' })])
    expect(images[0]).toMatchObject(expected)
  })

  test('have ids that documents can quote: the same in every sandbox, others in every region', async () => {
    const parameter = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'
    const here = await imageOf(clientsFor(sandbox.url), parameter)
    const there = await imageOf(clientsFor(sandbox.url, undefined, 'eu-central-1'), parameter)
    expect([here.ImageId, there.ImageId]).toEqual(['ami-34ef8e9f551feb2ac', 'ami-4c396645432f172d8'])
  })
})

describe('every account', () => {
  test('has a default VPC with a default subnet in each zone and a default security group', async () => {
    const { ec2 } = clientsFor(sandbox.url)
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand({}))
    expect(Vpcs).toMatchObject([{ IsDefault: true, CidrBlock: '172.31.0.0/16' }])
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}))
    expect(Subnets.map(({ AvailabilityZone, DefaultForAz }) => [AvailabilityZone, DefaultForAz])).toEqual(
      ['a', 'b', 'c', 'd', 'f'].map(zone => [`us-east-1${zone}`, true])
    )
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({}))
    expect(SecurityGroups).toMatchObject([{ GroupName: 'default' }])
  })

  test('but 999999999999, which has deleted it', async () => {
    const { ec2 } = clientsFor(sandbox.url, '999999999999')
    expect((await ec2.send(new DescribeVpcsCommand({}))).Vpcs).toEqual([])
    expect((await ec2.send(new DescribeSubnetsCommand({}))).Subnets).toEqual([])
  })

  test('has the AWS-managed key of EBS, whose id is the same in every sandbox', async () => {
    const { kms } = clientsFor(sandbox.url, '111122223333')
    const { Aliases } = await kms.send(new ListAliasesCommand({}))
    expect(Aliases).toMatchObject([{ AliasName: 'alias/aws/ebs', TargetKeyId: 'f3b63107-56f2-44db-ac9b-627c13da00c3' }])
  })
})

describe('the root filesystem under an image', () => {
  const bases = new Set(['debian-12', 'windows-2022'])

  test.each([
    ['the one given for its family', 'debian-12', 'base:debian-12'],
    ['the host’s own for a family without one', 'al2023', 'base:host']
  ])('is %s', (_, family, layer) => {
    expect(baseLayer(family, bases)).toBe(layer)
  })

  test('is what its snapshot consists of', async () => {
    const based = await serve({ guests: new HandGuests(), seeder: seederFor(['debian-12']) })
    try {
      const images = await imagesNamed(clientsFor(based.url), 'debian-12-amd64-*')
      const snapshotId = images[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? ''
      expect(based.world.region('us-east-1', '').snapshots.get(snapshotId)?.layers).toEqual(['base:debian-12'])
    } finally {
      await based.stop()
    }
  })
})
