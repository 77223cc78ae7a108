import {
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  type EbsBlockDevice,
  RunInstancesCommand,
  type RunInstancesRequest
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { clientsFor, serve, served } from '../../../support/sandbox.ts'
import { ENCRYPTED_SNAPSHOT, IMAGES, ROOT_SNAPSHOT, seeder, WITHOUT_DEFAULT_VPC } from '../fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const launch = (change: Partial<RunInstancesRequest>) =>
  new RunInstancesCommand({ ImageId: IMAGES.linux, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, ...change })
const root = (Ebs: EbsBlockDevice) => ({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] })
const data = (Ebs: EbsBlockDevice, DeviceName = '/dev/sdf') => ({ BlockDeviceMappings: [{ DeviceName, Ebs }] })
const base64 = (bytes: number) => Buffer.alloc(bytes).toString('base64')

type Row = [what: string, change: Partial<RunInstancesRequest>, code: string, sentence: string | RegExp]

const IMAGE_ROWS: Row[] = [
  ['no image', { ImageId: undefined }, 'MissingParameter', 'The request must contain the parameter ImageId'],
  ['an image id of another form', { ImageId: 'ami-1' }, 'InvalidAMIID.Malformed', /^Invalid image id: "ami-1"/],
  ['an image that is not there', { ImageId: 'ami-0123456789abcdef0' }, 'InvalidAMIID.NotFound', /does not exist$/],
  ['an image that is not shared', { ImageId: IMAGES.foreign }, 'InvalidAMIID.NotFound', /does not exist$/],
  ['a disabled image', { ImageId: IMAGES.disabled }, 'InvalidAMIID.Unavailable', /its state is disabled$/],
  ['an unsubscribed Marketplace image', { ImageId: IMAGES.marketplace }, 'OptInRequired', /sku=abc123$/],
  [
    'an unknown type',
    { InstanceType: 't9.huge' as 't3.micro' },
    'InvalidParameterValue',
    "Invalid value 't9.huge' for InstanceType."
  ],
  [
    'a type of another architecture',
    { InstanceType: 't4g.micro' },
    'InvalidParameterValue',
    /^The architecture 'arm64' of the specified instance type does not match the architecture 'x86_64' of the specified AMI/
  ],
  [
    'an image of another architecture',
    { ImageId: IMAGES.arm },
    'InvalidParameterValue',
    /does not match the architecture 'arm64'/
  ],
  [
    'an instance-store image on a type without',
    { ImageId: IMAGES.instanceStore },
    'InvalidParameterCombination',
    /root device type 'instance-store'/
  ]
]

const REQUEST_ROWS: Row[] = [
  ['no minimum', { MinCount: undefined }, 'MissingParameter', 'The request must contain the parameter MinCount'],
  ['a count of 0', { MinCount: 0 }, 'InvalidParameterValue', /parameter MinCount is invalid/],
  ['a maximum below the minimum', { MinCount: 2 }, 'InvalidParameterValue', /parameter MaxCount is invalid/],
  ['more than the limit', { MinCount: 1001, MaxCount: 1001 }, 'InstanceLimitExceeded', /more instances \(1001\)/],
  [
    'user data above 16 KB',
    { UserData: base64(16_385) },
    'InvalidParameterValue',
    'User data is limited to 16384 bytes'
  ],
  [
    'user data that is not base64',
    { UserData: '#!/bin/sh' },
    'InvalidParameterValue',
    'Invalid BASE64 encoding of user data.'
  ],
  [
    'a profile that IAM does not know',
    { IamInstanceProfile: { Name: 'missing-role' } },
    'InvalidParameterValue',
    'Value (missing-role) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name'
  ],
  [
    'a profile name with a slash',
    { IamInstanceProfile: { Name: 'a/b' } },
    'InvalidParameterValue',
    /Invalid IAM Instance Profile name$/
  ],
  [
    'a profile of another account',
    { IamInstanceProfile: { Arn: 'arn:aws:iam::111111111111:instance-profile/x' } },
    'InvalidParameterValue',
    /Invalid IAM Instance Profile ARN$/
  ],
  ['a key pair', { KeyName: 'mine' }, 'InvalidKeyPair.NotFound', "The key pair 'mine' does not exist"],
  [
    'a shutdown behavior of one’s own',
    { InstanceInitiatedShutdownBehavior: 'sleep' as 'stop' },
    'InvalidParameterValue',
    /one of stop, terminate/
  ],
  [
    'hibernation, which the sandbox has not',
    { HibernationOptions: { Configured: true } },
    'UnsupportedHibernationConfiguration',
    /does not model hibernation/
  ],
  ['a private address', { PrivateIpAddress: '172.31.0.9' }, 'UnsupportedOperation', /does not model PrivateIpAddress/],
  ['IPv6', { Ipv6AddressCount: 1 }, 'UnsupportedOperation', /does not model Ipv6AddressCount/],
  ['an operator', { Operator: { Principal: 'eks.amazonaws.com' } }, 'UnsupportedOperation', /does not model Operator/],
  [
    'a capacity reservation',
    { CapacityReservationSpecification: { CapacityReservationTarget: { CapacityReservationId: 'cr-1' } } },
    'UnsupportedOperation',
    /does not model CapacityReservationTarget/
  ],
  ['a hop limit of 65', { MetadataOptions: { HttpPutResponseHopLimit: 65 } }, 'InvalidParameterValue', /1 to 64/],
  [
    'tags for what it does not make',
    { TagSpecifications: [{ ResourceType: 'image', Tags: [] }] },
    'InvalidParameterValue',
    /one of instance, volume, network-interface/
  ],
  [
    'tags for a spot request on demand',
    { TagSpecifications: [{ ResourceType: 'spot-instances-request', Tags: [] }] },
    'InvalidParameterValue',
    /TagSpecification.ResourceType/
  ],
  [
    'a launch template that is not there',
    { LaunchTemplate: { LaunchTemplateName: 'x' } },
    'InvalidLaunchTemplateName.NotFoundException',
    'The specified launch template, with template name x, does not exist.'
  ]
]

const VOLUME_ROWS: Row[] = [
  [
    'a root volume smaller than its snapshot',
    root({ VolumeSize: 1 }),
    'InvalidBlockDeviceMapping',
    `Volume of size 1GB is smaller than snapshot '${ROOT_SNAPSHOT}', expect size >= 8GB`
  ],
  [
    'another snapshot as root',
    root({ SnapshotId: ENCRYPTED_SNAPSHOT }),
    'InvalidBlockDeviceMapping',
    'snapshotId cannot be modified on root device'
  ],
  [
    'no root volume',
    { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', NoDevice: '' }] },
    'InvalidBlockDeviceMapping',
    /cannot be left out$/
  ],
  [
    'an empty volume without size',
    data({}),
    'MissingParameter',
    'The request must contain the parameter size or snapshotId'
  ],
  [
    'a device name of another form',
    data({ VolumeSize: 1 }, 'C:'),
    'InvalidBlockDeviceMapping',
    'Invalid device name C:'
  ],
  [
    'a device twice',
    {
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1 } },
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 2 } }
      ]
    },
    'InvalidBlockDeviceMapping',
    "The device '/dev/sdf' is used in more than one block-device mapping"
  ],
  [
    'a key without encryption',
    root({ KmsKeyId: 'alias/aws/ebs' }),
    'InvalidParameterDependency',
    'The parameter KmsKeyId requires the parameter Encrypted to be set.'
  ],
  [
    'decryption at launch',
    { ImageId: IMAGES.encrypted, ...root({ Encrypted: false }) },
    'InvalidBlockDeviceMapping',
    /is encrypted$/
  ],
  [
    'iops on gp2',
    data({ VolumeSize: 8, VolumeType: 'gp2', Iops: 3000 }),
    'InvalidParameterCombination',
    'The parameter iops is not supported for gp2 volumes.'
  ],
  ['somebody else’s snapshot', data({ SnapshotId: ENCRYPTED_SNAPSHOT }), 'InvalidSnapshot.NotFound', /does not exist$/]
]

const NETWORK_ROWS: Row[] = [
  [
    'a subnet that is not there',
    { SubnetId: 'subnet-0123456789abcdef0' },
    'InvalidSubnetID.NotFound',
    /does not exist$/
  ],
  [
    'a security group that is not there',
    { SecurityGroupIds: ['sg-0123456789abcdef0'] },
    'InvalidGroup.NotFound',
    /does not exist$/
  ],
  [
    'an unknown group name',
    { SecurityGroups: ['web'] },
    'InvalidGroup.NotFound',
    /^The security group 'web' does not exist in default VPC 'vpc-/
  ],
  [
    'interfaces and a subnet',
    { SubnetId: 'subnet-0123456789abcdef0', NetworkInterfaces: [{ DeviceIndex: 0 }] },
    'InvalidParameterCombination',
    'Network interfaces and an instance-level subnet ID may not be specified on the same request'
  ],
  [
    'interfaces and security groups',
    { SecurityGroupIds: ['sg-0123456789abcdef0'], NetworkInterfaces: [{ DeviceIndex: 0 }] },
    'InvalidParameterCombination',
    'Network interfaces and an instance-level security groups may not be specified on the same request'
  ],
  [
    'an interface without index',
    { NetworkInterfaces: [{ Description: 'x' }] },
    'MissingParameter',
    'The request must contain the parameter NetworkInterface.DeviceIndex'
  ],
  [
    'a public address among several interfaces',
    { NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: true }, { DeviceIndex: 1 }] },
    'InvalidParameterCombination',
    /multiple network interfaces\.$/
  ]
]

// Codes and sentences: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html
describe.each([
  ['image and type', IMAGE_ROWS],
  ['request', REQUEST_ROWS],
  ['volumes', VOLUME_ROWS],
  ['network', NETWORK_ROWS]
])('RunInstances refuses, by its %s', (_, rows) => {
  test.each(rows)('%s', async (_, change, name, message) => {
    const { ec2 } = clientsFor(sandbox.url)
    const matching = typeof message === 'string' ? message : expect.stringMatching(message)
    await expect(ec2.send(launch(change))).rejects.toMatchObject({ name, message: matching })
    expect((await ec2.send(new DescribeInstancesCommand({}))).Reservations).toEqual([])
  })
})

describe('RunInstances', () => {
  test('needs a subnet where the account has no default VPC', async () => {
    const { ec2 } = clientsFor(sandbox.url, WITHOUT_DEFAULT_VPC)
    const refusal = { name: 'VPCIdNotSpecified', message: 'No default VPC for this user' }
    await expect(ec2.send(launch({}))).rejects.toMatchObject(refusal)
  })

  test('refuses more instances than the subnet has addresses for', async () => {
    const { ec2 } = clientsFor(sandbox.url)
    const { Subnets: [subnet] = [] } = await ec2.send(new DescribeSubnetsCommand({}))
    const record = sandbox.world.region('us-east-1', '').subnets.get(subnet?.SubnetId ?? '')
    Object.assign(record?.subnet ?? {}, { AvailableIpAddressCount: 1 })
    const refused = ec2.send(launch({ MinCount: 2, MaxCount: 2, SubnetId: subnet?.SubnetId }))
    await expect(refused).rejects.toMatchObject({ name: 'InsufficientFreeAddressesInSubnet' })
  })

  test('a dry run reports what a launch would have been refused for, and otherwise 412', async () => {
    const { ec2 } = clientsFor(sandbox.url)
    const refused = ec2.send(launch({ DryRun: true, ImageId: IMAGES.marketplace }))
    await expect(refused).rejects.toMatchObject({ name: 'OptInRequired' })
    const allowed = ec2.send(launch({ DryRun: true }))
    await expect(allowed).rejects.toMatchObject({ name: 'DryRunOperation', $metadata: { httpStatusCode: 412 } })
  })
})
