import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DescribeImagesCommand, type Filter, type Image } from '@aws-sdk/client-ec2'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served } from '../../../support/sandbox.ts'
import { seeder } from '../fixture.ts'
import { addImage } from './own.ts'

const INSTANCE = 'i-0123456789abcdef0'
const SOURCE = 'ami-0123456789abcdef0'
const SNAPSHOT = 'snap-0123456789abcdef0'
const FIXED = new Date('2026-03-04T05:06:07.000Z')

/** An image that has something of everything. */
const RICH: Partial<Image> = {
  Name: 'web-1',
  Description: 'the first one',
  Architecture: 'arm64',
  BootMode: 'uefi',
  CreationDate: '2026-01-02T03:04:05.000Z',
  EnaSupport: true,
  FreeTierEligible: false,
  Hypervisor: 'xen',
  ImageLocation: '111122223333/web-1',
  ImageOwnerAlias: 'amazon',
  ImageType: 'machine',
  Public: true,
  ImageWatermarks: [
    {
      WatermarkKey: '111122223333:approved',
      SourceImageId: SOURCE,
      SourceImageRegion: 'eu-west-1',
      SourceImageCreationTime: FIXED,
      WatermarkCreationTime: FIXED
    }
  ],
  InstanceTypeSpecification: {
    SupportedInstanceTypes: [{ InstanceType: 't4g.*' }],
    UnsupportedInstanceTypes: [{ InstanceType: 'm6g.large' }]
  },
  KernelId: 'aki-1',
  RamdiskId: 'ari-1',
  Platform: 'windows' as Image['Platform'],
  ProductCodes: [{ ProductCodeId: 'abc', ProductCodeType: 'marketplace' }],
  PublicSsmParameterName: 'aws/service/web',
  RootDeviceName: '/dev/sda1',
  ScanResults: {
    HighestFindingSeverityLabel: 'high',
    FindingScanDate: FIXED,
    CriticalFixAvailableSince: FIXED,
    HighFixAvailableSince: FIXED,
    MediumFixAvailableSince: FIXED,
    LowFixAvailableSince: FIXED,
    InformationalFixAvailableSince: FIXED
  },
  SourceImageId: SOURCE,
  SourceImageRegion: 'eu-central-1',
  SourceInstanceId: INSTANCE,
  SriovNetSupport: 'simple',
  StateReason: { Code: 'Client.Some', Message: 'some reason' },
  VirtualizationType: 'hvm',
  BlockDeviceMappings: [
    { DeviceName: '/dev/sdb', VirtualName: 'ephemeral0' },
    {
      DeviceName: '/dev/sda1',
      Ebs: { SnapshotId: SNAPSHOT, VolumeSize: 20, VolumeType: 'gp3', Encrypted: true, DeleteOnTermination: true }
    }
  ]
}

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
let clients: Clients
let rich: string
beforeAll(async () => {
  clients = clientsFor(sandbox.url)
  const { allowedImages } = sandbox.world.region('us-east-1', clients.account)
  allowedImages.set(clients.account, { state: 'audit-mode', criteria: [] })
  rich = addImage(sandbox, clients.account, { ...RICH, tags: { Owner: 'TeamA', stage: 'prod' } }).image.ImageId
  addImage(sandbox, clients.account, { Name: 'db-1', tags: { Owner: 'TeamB' } })
})

async function find(Filters: Filter[]): Promise<string[]> {
  const { Images = [] } = await clients.ec2.send(new DescribeImagesCommand({ Owners: ['self'], Filters }))
  return Images.map(({ Name = '' }) => Name).sort()
}

/** By filter: the value that the image of all trades has, and one that no image has. */
const FILTERS: Readonly<Record<string, readonly [found: string, missed: string]>> = {
  architecture: ['arm64', 'i386'],
  'block-device-mapping.delete-on-termination': ['true', 'false'],
  'block-device-mapping.device-name': ['/dev/sdb', '/dev/sdz'],
  'block-device-mapping.encrypted': ['true', 'false'],
  'block-device-mapping.snapshot-id': [SNAPSHOT, 'snap-1'],
  'block-device-mapping.volume-size': ['20', '21'],
  'block-device-mapping.volume-type': ['gp3', 'io2'],
  'boot-mode': ['uefi', 'legacy-bios'],
  'creation-date': ['2026-01-02T*', '2026-01-03T*'],
  description: ['the first*', 'the second*'],
  'ena-support': ['true', 'false'],
  'free-tier-eligible': ['false', 'true'],
  hypervisor: ['xen', 'ovm'],
  'image-allowed': ['true', 'false'],
  'image-id': ['RICH', SOURCE],
  'image-type': ['machine', 'kernel'],
  'image-watermark.source-image-creation-time': ['2026-03-04T05:06:07.000000+00:00', '2027*'],
  'image-watermark.source-image-id': [SOURCE, 'ami-1'],
  'image-watermark.source-image-region': ['eu-west-1', 'us-east-1'],
  'image-watermark.watermark-creation-time': ['2026-03-04T*', '2026-03-05T*'],
  'image-watermark.watermark-key': ['111122223333:approved', '111122223333:other'],
  'instance-type-specification.supported-instance-type': ['t4g.*', 'c7g.*'],
  'instance-type-specification.unsupported-instance-type': ['m6g.large', 'm6g.xlarge'],
  'is-public': ['true', 'no'],
  'kernel-id': ['aki-1', 'aki-2'],
  'manifest-location': ['111122223333/web-1', '111122223333/web-2'],
  name: ['web-?', 'web-??'],
  'owner-alias': ['amazon', 'aws-marketplace'],
  'owner-id': ['OWNER', '111122223333'],
  platform: ['windows', 'linux'],
  'product-code': ['abc', 'def'],
  'product-code.type': ['marketplace', 'devpay'],
  'public-ssm-parameter-name': ['aws/service/web', 'aws/service/db'],
  'ramdisk-id': ['ari-1', 'ari-2'],
  'root-device-name': ['/dev/sda1', '/dev/sdz'],
  'root-device-type': ['ebs', 'instance-store'],
  'scan-result.critical-fix-available-since': ['2026-03-04T05:06:07.000Z', '2027*'],
  'scan-result.finding-scan-date': ['2026-03-04T*', '2027*'],
  'scan-result.high-fix-available-since': ['2026-03-04T*', '2027*'],
  'scan-result.highest-finding-severity-label': ['high', 'critical'],
  'scan-result.informational-fix-available-since': ['2026-03-04T*', '2027*'],
  'scan-result.low-fix-available-since': ['2026-03-04T*', '2027*'],
  'scan-result.medium-fix-available-since': ['2026-03-04T*', '2027*'],
  'source-image-id': [SOURCE, 'ami-1'],
  'source-image-region': ['eu-central-1', 'eu-west-1'],
  'source-instance-id': [INSTANCE, 'i-1'],
  'sriov-net-support': ['simple', 'none'],
  state: ['available', 'failed'],
  'state-reason-code': ['Client.Some', 'Client.Other'],
  'state-reason-message': ['some*', 'other*'],
  'tag-key': ['stage', 'Stage'],
  'tag:Owner': ['TeamA', 'TeamC'],
  'virtualization-type': ['hvm', 'paravirtual']
}

/** The names that the SDK documents, from the comment of DescribeImagesRequest. */
function documentedFilters(): string[] {
  const folder = 'node_modules/@aws-sdk/client-ec2/dist-types/models'
  for (const file of readdirSync(folder)) {
    const [, rest = ''] = readFileSync(join(folder, file), 'utf8').split('export interface DescribeImagesRequest {')
    const [, comment = ''] = rest.split('<p>The filters.</p>')
    const names = comment.split('Filters?:')[0]?.matchAll(/<p>\s*\*?\s*<code>([a-z][a-z-.:<>]*)<\/code>\s+[-–]/g) ?? []
    const found = [...names].flatMap(([, name = '']) =>
      /^(informational|low|medium|high|critical)$/.test(name) ? [] : name
    )
    if (found.length > 0) return found.map(name => (name === 'tag:<key>' ? 'tag:Owner' : name))
  }
  return []
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html (Filter.N)
describe('filters', () => {
  test('are all that DescribeImages documents', () => {
    expect(new Set(documentedFilters())).toEqual(new Set(Object.keys(FILTERS)))
  })

  test.each(Object.entries(FILTERS))('%s', async (Name, [found, missed]) => {
    const value = { RICH: rich, OWNER: clients.account }[found] ?? found
    expect(await find([{ Name, Values: [value] }])).toContain('web-1')
    expect(await find([{ Name, Values: [missed] }])).toEqual([])
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
  test.each([
    ['values of a filter are joined by or', [{ Name: 'name', Values: ['web-1', 'db-1'] }], ['db-1', 'web-1']],
    [
      'filters are joined by and',
      [
        { Name: 'name', Values: ['*-1'] },
        { Name: 'tag:Owner', Values: ['TeamB'] }
      ],
      ['db-1']
    ],
    ['values are case-sensitive', [{ Name: 'name', Values: ['Web-1'] }], []],
    ['a backslash takes the meaning of a wildcard away', [{ Name: 'name', Values: ['web-\\?'] }], []],
    ['what an image lacks matches nothing', [{ Name: 'description', Values: ['*'] }], ['web-1']]
  ])('%s', async (_, filters, expected) => {
    expect(await find(filters)).toEqual(expected)
  })

  test('one that does not exist is refused', async () => {
    await expect(find([{ Name: 'colour', Values: ['red'] }])).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: "The filter 'colour' is invalid"
    })
  })
})
