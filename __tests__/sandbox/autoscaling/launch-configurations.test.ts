import {
  CreateLaunchConfigurationCommand,
  DeleteLaunchConfigurationCommand,
  DescribeLaunchConfigurationsCommand,
  paginateDescribeLaunchConfigurations
} from '@aws-sdk/client-auto-scaling'
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { advance, clientsFor, serve, served } from '../../support/sandbox.ts'
import { IMAGES, seeder } from '../ec2/fixture.ts'
import { makeConfiguration, makeGroup, memberIdsOf } from './group.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

describe('a launch configuration', () => {
  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchConfiguration.html
  test('is described with all members that the service always answers', async () => {
    const clients = clientsFor(sandbox.url)
    await makeConfiguration(clients, { SecurityGroups: ['default'], UserData: 'ZWNobw==' })
    const command = new DescribeLaunchConfigurationsCommand({ LaunchConfigurationNames: ['web-1', 'nowhere'] })
    const { LaunchConfigurations } = await clients.autoscaling.send(command)
    expect(LaunchConfigurations).toEqual([
      {
        LaunchConfigurationName: 'web-1',
        LaunchConfigurationARN: expect.stringMatching(
          `^arn:aws:autoscaling:us-east-1:${clients.account}:launchConfiguration:[0-9a-f-]{36}:launchConfigurationName/web-1$`
        ),
        ImageId: IMAGES.linux,
        InstanceType: 't3.micro',
        KeyName: '',
        SecurityGroups: ['default'],
        ClassicLinkVPCSecurityGroups: [],
        UserData: 'ZWNobw==',
        KernelId: '',
        RamdiskId: '',
        BlockDeviceMappings: [],
        InstanceMonitoring: { Enabled: true },
        EbsOptimized: false,
        CreatedTime: expect.any(Date)
      }
    ])
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateLaunchConfiguration.html: AlreadyExists.
  // A missing image is refused: https://github.com/benishak/lamp-aws-cloudformation/issues/1
  test.each([
    [
      'of a name that exists',
      {},
      'AlreadyExistsFault',
      'Launch Configuration by this name already exists - A launch configuration already exists with the name web-1'
    ],
    [
      'of an image that does not exist',
      { LaunchConfigurationName: 'web-2', ImageId: 'ami-0123456789abcdef0' },
      'ValidationError',
      "AMI ami-0123456789abcdef0 is invalid: The image id '[ami-0123456789abcdef0]' does not exist"
    ],
    [
      'of an image that is disabled',
      { LaunchConfigurationName: 'web-2', ImageId: IMAGES.disabled },
      'ValidationError',
      expect.stringContaining(`AMI ${IMAGES.disabled} is invalid: `)
    ],
    [
      'without an image',
      { LaunchConfigurationName: 'web-2', ImageId: undefined },
      'ValidationError',
      expect.stringContaining('must contain either the InstanceID parameter or both')
    ],
    [
      'from an instance, which is not modelled',
      { LaunchConfigurationName: 'web-2', InstanceId: 'i-00000000000000001' },
      'UnsupportedOperation',
      'The sandbox does not model InstanceId'
    ]
  ])('%s is refused', async (_, change, name, message) => {
    const clients = clientsFor(sandbox.url)
    await makeConfiguration(clients)
    await expect(makeConfiguration(clients, change)).rejects.toMatchObject({ name, message })
  })

  test('that is in use cannot be deleted; one that is not, can', async () => {
    const { autoscaling, ...clients } = clientsFor(sandbox.url)
    await makeGroup({ autoscaling, ...clients })
    const deletion = (LaunchConfigurationName: string) =>
      autoscaling.send(new DeleteLaunchConfigurationCommand({ LaunchConfigurationName }))
    await expect(deletion('web-1')).rejects.toMatchObject({
      name: 'ResourceInUseFault',
      message: 'Cannot delete launch configuration web-1 because it is attached to AutoScalingGroup web'
    })
    await makeConfiguration({ autoscaling, ...clients }, { LaunchConfigurationName: 'web-2' })
    await deletion('web-2')
    await expect(deletion('web-2')).rejects.toMatchObject({ name: 'ValidationError' })
    const { LaunchConfigurations = [] } = await autoscaling.send(new DescribeLaunchConfigurationsCommand({}))
    expect(LaunchConfigurations.map(each => each.LaunchConfigurationName)).toEqual(['web-1'])
  })

  test('is described in pages', async () => {
    const clients = clientsFor(sandbox.url)
    for (const n of [1, 2, 3]) await makeConfiguration(clients, { LaunchConfigurationName: `web-${n}` })
    const pages: number[] = []
    const { autoscaling: client } = clients
    for await (const page of paginateDescribeLaunchConfigurations({ client, pageSize: 2 }, {})) {
      pages.push(page.LaunchConfigurations?.length ?? 0)
    }
    expect(pages).toEqual([2, 1])
    const forged = client.send(new DescribeLaunchConfigurationsCommand({ NextToken: 'forged' }))
    await expect(forged).rejects.toMatchObject({ name: 'InvalidNextToken' })
    const tooMany = client.send(new DescribeLaunchConfigurationsCommand({ MaxRecords: 101 }))
    await expect(tooMany).rejects.toMatchObject({ name: 'ValidationError' })
  })

  test('is what its instances are launched with', async () => {
    const clients = clientsFor(sandbox.url)
    await makeConfiguration(clients, {
      UserData: 'ZWNobw==',
      IamInstanceProfile: 'web',
      AssociatePublicIpAddress: true,
      SpotPrice: '0.05',
      MetadataOptions: { HttpTokens: 'required' },
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 12 } }]
    })
    await makeGroup(clients, { LaunchConfigurationName: 'web-1', DesiredCapacity: 1 })
    await advance(sandbox, 1)
    const InstanceIds = await memberIdsOf(clients)
    const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds }))
    expect(Reservations?.[0]?.Instances).toEqual([
      expect.objectContaining({
        InstanceLifecycle: 'spot',
        IamInstanceProfile: expect.objectContaining({ Arn: `arn:aws:iam::${clients.account}:instance-profile/web` }),
        MetadataOptions: expect.objectContaining({ HttpTokens: 'required' }),
        PublicIpAddress: expect.any(String)
      })
    ])
    expect(sandbox.world.region('us-east-1', clients.account).instances.get(InstanceIds[0] ?? '')?.userData).toBe(
      'ZWNobw=='
    )
  })

  test('needs both an image and a type', async () => {
    const { autoscaling } = clientsFor(sandbox.url)
    const command = new CreateLaunchConfigurationCommand({ LaunchConfigurationName: 'x', ImageId: IMAGES.linux })
    await expect(autoscaling.send(command)).rejects.toMatchObject({ name: 'ValidationError' })
  })
})
