import { SetDesiredCapacityCommand } from '@aws-sdk/client-auto-scaling'
import {
  CopyImageCommand,
  CreateFleetCommand,
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  RequestSpotInstancesCommand,
  RunInstancesCommand
} from '@aws-sdk/client-ec2'
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { isImageAllowed } from '../../../../src/sandbox/ec2/allowed-images/allowed.ts'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, clientsFor, serve, served, useClients } from '../../../support/sandbox.ts'
import { activitiesOf, makeGroup } from '../../autoscaling/group.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { addImage } from '../images/own.ts'
import { launch, settle } from '../make.ts'
import { allow, verdict } from './allow.ts'

const OWNER = '444455556666'
const ALLOWED = IMAGES.linux
const CRITERIA = [{ ImageProviders: ['137112412989'] }]

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)
let own: string
let shared: string
beforeEach(() => {
  own = addImage(sandbox, clients.account).image.ImageId
  shared = addImage(sandbox, OWNER, { launchPermissions: [{ UserId: clients.account }] }).image.ImageId
})

const named = async (id: string) =>
  (await clients.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }))).Images?.[0]?.ImageAllowed
const filtered = async (value: string): Promise<string[]> => {
  const Filters = [{ Name: 'image-allowed', Values: [value] }]
  const { Images = [] } = await clients.ec2.send(new DescribeImagesCommand({ Filters }))
  return Images.map(({ ImageId = '' }) => ImageId)
}
const template = async (ImageId: string): Promise<string> => {
  const LaunchTemplateData = { ImageId, InstanceType: 't3.micro' as const }
  const command = new CreateLaunchTemplateCommand({ LaunchTemplateName: ImageId, LaunchTemplateData })
  return (await clients.ec2.send(command)).LaunchTemplate?.LaunchTemplateId ?? ''
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html#allowed-amis-operations
describe('disabled', () => {
  test('nothing is judged, and every image can be launched', async () => {
    expect(await verdict(clients, shared)).toBeUndefined()
    expect(await filtered('true')).toEqual([])
    await launch(clients, { ImageId: shared })
  })
})

describe('audit mode', () => {
  beforeEach(() => allow(clients, 'audit-mode', CRITERIA))

  test('DescribeImages says which images are allowed, one’s own always, and hides none', async () => {
    expect([await verdict(clients, ALLOWED), await verdict(clients, own), await verdict(clients, shared)]).toEqual([
      true,
      true,
      false
    ])
    expect(await named(shared)).toBe(false)
  })

  test('the filter image-allowed tells them apart', async () => {
    const allowed = await filtered('true')
    expect(allowed).toEqual(expect.arrayContaining([ALLOWED, own]))
    expect(allowed).not.toContain(shared)
    expect(await filtered('false')).toContain(shared)
  })

  test('every image can be launched', async () => {
    await launch(clients, { ImageId: shared })
  })
})

describe('enabled', () => {
  beforeEach(() => allow(clients, 'enabled', CRITERIA))

  test('only allowed images are described', async () => {
    expect([await verdict(clients, ALLOWED), await verdict(clients, own), await verdict(clients, shared)]).toEqual([
      true,
      true,
      'hidden'
    ])
    expect(await filtered('false')).toEqual([])
    await expect(named(shared)).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
  })

  test('its owner and other accounts see it as before', async () => {
    expect(await verdict(clientsFor(sandbox.url, OWNER), shared)).toBeUndefined()
  })

  test('allowed images and one’s own can be launched', async () => {
    await launch(clients, { ImageId: ALLOWED })
    await launch(clients, { ImageId: own })
  })

  const LAUNCH = { MinCount: 1, MaxCount: 1, InstanceType: 't3.micro' as const }
  test.each([
    ['RunInstances', () => clients.ec2.send(new RunInstancesCommand({ ...LAUNCH, ImageId: shared }))],
    [
      'RunInstances with a launch template',
      async () =>
        clients.ec2.send(
          new RunInstancesCommand({ ...LAUNCH, LaunchTemplate: { LaunchTemplateId: await template(shared) } })
        )
    ],
    [
      'RequestSpotInstances',
      () => {
        const LaunchSpecification = { ImageId: shared, InstanceType: 't3.micro' as const }
        return clients.ec2.send(new RequestSpotInstancesCommand({ LaunchSpecification }))
      }
    ],
    [
      'CopyImage',
      () => {
        const request = { SourceImageId: shared, SourceRegion: 'us-east-1', Name: 'copy' }
        return clients.ec2.send(new CopyImageCommand(request))
      }
    ],
    [
      'DescribeImageAttribute',
      () => clients.ec2.send(new DescribeImageAttributeCommand({ ImageId: shared, Attribute: 'description' }))
    ]
  ])('%s does not find others', async (_, send) => {
    await expect(send()).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
  })

  test('CopyImage asks the settings of the region that the image is in', async () => {
    const elsewhere = clientsFor(sandbox.url, clients.account, 'eu-west-1')
    const request = { SourceImageId: shared, SourceRegion: 'us-east-1', Name: 'copy' }
    await expect(elsewhere.ec2.send(new CopyImageCommand(request))).rejects.toMatchObject({
      name: 'InvalidAMIID.NotFound'
    })
  })

  test('a fleet of type instant says why it launched nothing', async () => {
    const LaunchTemplateSpecification = { LaunchTemplateId: await template(shared), Version: '$Latest' }
    const TargetCapacitySpecification = { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'on-demand' as const }
    const { Instances, Errors } = await clients.ec2.send(
      new CreateFleetCommand({
        Type: 'instant',
        LaunchTemplateConfigs: [{ LaunchTemplateSpecification }],
        TargetCapacitySpecification
      })
    )
    expect(Instances ?? []).toEqual([])
    expect(Errors).toMatchObject([{ ErrorCode: 'InvalidAMIID.NotFound' }])
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-ami.html
  test('a group that was made before cannot launch another', async () => {
    await allow(clients, 'audit-mode', CRITERIA)
    await makeGroup(clients, { LaunchTemplate: { LaunchTemplateId: await template(shared) }, DesiredCapacity: 0 })
    await allow(clients, 'enabled', CRITERIA)
    const grow = { AutoScalingGroupName: 'web', DesiredCapacity: 1 }
    await clients.autoscaling.send(new SetDesiredCapacityCommand(grow))
    await advance(sandbox, 10)
    const StatusMessage = `The image id '[${shared}]' does not exist. Launching EC2 instance failed.`
    expect(await activitiesOf(clients)).toMatchObject([{ StatusCode: 'Failed', StatusMessage }])
  })

  test('a launch template is stored all the same, with a warning', async () => {
    const LaunchTemplateId = await template(ALLOWED)
    const LaunchTemplateData = { ImageId: shared }
    const command = new CreateLaunchTemplateVersionCommand({ LaunchTemplateId, LaunchTemplateData })
    expect(await clients.ec2.send(command)).toMatchObject({ Warning: { Errors: [{ Code: 'InvalidAMIID.NotFound' }] } })
  })

  // https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-ec2-aliases.html
  test('a parameter of type aws:ec2:image does not take it', async () => {
    const put = { Name: '/image', Type: 'String' as const, DataType: 'aws:ec2:image' }
    await clients.ssm.send(new PutParameterCommand({ ...put, Value: shared }))
    await settle(sandbox)
    const read = clients.ssm.send(new GetParameterCommand({ Name: '/image' }))
    await expect(read).rejects.toMatchObject({ name: 'ParameterNotFound' })
  })
})

test('what other operations ask: whether an image is allowed, seen by an account in a region', async () => {
  const { world } = sandbox
  const region = world.region('us-east-1', clients.account)
  const viewer = { account: clients.account, region, world }
  const record = region.images.get(shared)
  if (!record) throw new Error('the image has gone')
  expect(isImageAllowed(record, viewer)).toBeUndefined()
  await allow(clients, 'enabled', CRITERIA)
  expect(isImageAllowed(record, viewer)).toBe(false)
})
