import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  GetLaunchTemplateDataCommand,
  type Instance,
  ModifyLaunchTemplateCommand,
  type RequestLaunchTemplateData,
  RunInstancesCommand,
  type RunInstancesCommandInput
} from '@aws-sdk/client-ec2'
import { GetParameterCommand, LabelParameterVersionCommand, PutParameterCommand } from '@aws-sdk/client-ssm'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { volumeIdsOf, volumeOf } from '../make.ts'
import { addVersion, createTemplate, DATA, putImage } from './templates.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const WEB = { LaunchTemplate: { LaunchTemplateName: 'web' } }

async function run({ ec2 }: Clients, change: Partial<RunInstancesCommandInput> = {}): Promise<Instance> {
  const request = new RunInstancesCommand({ MinCount: 1, MaxCount: 1, ...WEB, ...change })
  const { Instances: [instance] = [] } = await ec2.send(request)
  if (!instance) throw new Error('nothing was launched')
  return instance
}

const tagsOf = ({ Tags = [] }: Instance) => Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]))

async function userDataOf({ ec2 }: Clients, { InstanceId }: Instance): Promise<string> {
  const answer = await ec2.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'userData' }))
  return Buffer.from(answer.UserData?.Value ?? '', 'base64').toString()
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-instances-from-launch-template.html */
describe('RunInstances from a launch template', () => {
  test('has the parameters of the template', async () => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients, {
      LaunchTemplateData: {
        ...DATA,
        UserData: Buffer.from('#!/bin/sh\ntrue').toString('base64'),
        IamInstanceProfile: { Name: 'web' },
        MetadataOptions: { HttpTokens: 'required' },
        BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 5 } }],
        Monitoring: { Enabled: true },
        Placement: { AvailabilityZone: 'us-east-1b' },
        InstanceInitiatedShutdownBehavior: 'terminate',
        DisableApiStop: true
      }
    })
    const instance = await run(clients)
    expect(instance).toMatchObject({
      ImageId: IMAGES.linux,
      InstanceType: 't3.micro',
      IamInstanceProfile: { Arn: `arn:aws:iam::${clients.account}:instance-profile/web` },
      MetadataOptions: { HttpTokens: 'required' },
      Monitoring: { State: 'enabled' },
      Placement: { AvailabilityZone: 'us-east-1b' }
    })
    expect(instance.BlockDeviceMappings?.map(({ DeviceName }) => DeviceName)).toEqual(['/dev/xvda', '/dev/sdf'])
    expect(await userDataOf(clients, instance)).toBe('#!/bin/sh\ntrue')
  })

  test.each([
    ['the default version, where none is named', undefined, '2'],
    ['$Default', '$Default', '2'],
    ['$Latest', '$Latest', '3'],
    ['a number', '1', '1']
  ])('uses %s, and says so in tags of its own', async (_, Version, expected) => {
    const clients = clientsFor(sandbox.url)
    const { LaunchTemplateId } = await createTemplate(clients)
    await addVersion(clients, { ...DATA, InstanceType: 't3.small' })
    await addVersion(clients, { ...DATA, InstanceType: 't3.large' })
    const byName = { LaunchTemplateName: 'web' }
    await clients.ec2.send(new ModifyLaunchTemplateCommand({ ...byName, DefaultVersion: '2' }))
    for (const name of [byName, { LaunchTemplateId }]) {
      const instance = await run(clients, { LaunchTemplate: { ...name, Version } })
      expect(tagsOf(instance)).toEqual({
        'aws:ec2launchtemplate:id': LaunchTemplateId,
        'aws:ec2launchtemplate:version': expected
      })
      expect(instance.InstanceType).toBe({ 1: 't3.micro', 2: 't3.small', 3: 't3.large' }[expected])
    }
  })

  test('its tags of the template can be neither changed nor deleted', async () => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients)
    const { InstanceId = '' } = await run(clients)
    const request = { Resources: [InstanceId], Tags: [{ Key: 'aws:ec2launchtemplate:version', Value: '9' }] }
    const changes = [clients.ec2.send(new CreateTagsCommand(request)), clients.ec2.send(new DeleteTagsCommand(request))]
    for (const change of changes) {
      await expect(change).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    }
    const { Reservations } = await clients.ec2.send(
      new DescribeInstancesCommand({ Filters: [{ Name: 'tag:aws:ec2launchtemplate:version', Values: ['1'] }] })
    )
    expect(Reservations).toHaveLength(1)
  })

  type Override = [string, RequestLaunchTemplateData, Partial<RunInstancesCommandInput>, object]
  const overrides: Override[] = [
    ['the image', {}, { ImageId: IMAGES.imdsV2 }, { ImageId: IMAGES.imdsV2 }],
    ['the type', {}, { InstanceType: 't3.large' }, { InstanceType: 't3.large' }],
    [
      'the profile',
      { IamInstanceProfile: { Name: 'web' } },
      { IamInstanceProfile: { Name: 'db' } },
      { IamInstanceProfile: { Arn: expect.stringMatching(/db$/) } }
    ],
    [
      'the placement',
      { Placement: { AvailabilityZone: 'us-east-1b' } },
      { Placement: { AvailabilityZone: 'us-east-1c' } },
      { Placement: { AvailabilityZone: 'us-east-1c' } }
    ],
    [
      'a list as a whole: the block devices',
      { BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 5 } }] },
      { BlockDeviceMappings: [{ DeviceName: '/dev/sdg', Ebs: { VolumeSize: 6 } }] },
      { BlockDeviceMappings: [{ DeviceName: '/dev/xvda' }, { DeviceName: '/dev/sdg' }] }
    ],
    [
      'the monitoring',
      { Monitoring: { Enabled: true } },
      { Monitoring: { Enabled: false } },
      { Monitoring: { State: 'disabled' } }
    ]
  ]
  test.each(overrides)(
    'parameters of the request override those of the template: %s',
    async (_, data, change, expected) => {
      const clients = clientsFor(sandbox.url)
      await createTemplate(clients, { LaunchTemplateData: { ...DATA, ...data } })
      expect(await run(clients, change)).toMatchObject(expected)
    }
  )

  test('user data of the request overrides that of the template', async () => {
    const clients = clientsFor(sandbox.url)
    const encode = (text: string) => Buffer.from(text).toString('base64')
    await createTemplate(clients, { LaunchTemplateData: { ...DATA, UserData: encode('template') } })
    expect(await userDataOf(clients, await run(clients, { UserData: encode('request') }))).toBe('request')
  })

  test('tags of both are given; of the same key, that of the request', async () => {
    const clients = clientsFor(sandbox.url)
    const tag = (Key: string, Value: string) => ({ Key, Value })
    await createTemplate(clients, {
      LaunchTemplateData: {
        ...DATA,
        TagSpecifications: [
          { ResourceType: 'instance', Tags: [tag('team', 'web'), tag('stage', 'test')] },
          { ResourceType: 'volume', Tags: [tag('team', 'web')] }
        ]
      }
    })
    const instance = await run(clients, {
      TagSpecifications: [{ ResourceType: 'instance', Tags: [tag('stage', 'live'), tag('run', '7')] }]
    })
    expect(tagsOf(instance)).toMatchObject({ team: 'web', stage: 'live', run: '7' })
    const [volume = ''] = await volumeIdsOf(clients, instance.InstanceId ?? '')
    expect((await volumeOf(clients, volume))?.Tags).toEqual([tag('team', 'web')])
  })

  test('can be on the spot market by the template', async () => {
    const clients = clientsFor(sandbox.url)
    const InstanceMarketOptions = { MarketType: 'spot' as const, SpotOptions: { MaxPrice: '0.5' } }
    await createTemplate(clients, { LaunchTemplateData: { ...DATA, InstanceMarketOptions } })
    expect(await run(clients)).toMatchObject({ InstanceLifecycle: 'spot', ImageId: IMAGES.linux })
  })

  test('a repeated ClientToken answers with the first instance, also after the template has changed', async () => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients)
    const request = { LaunchTemplate: { LaunchTemplateName: 'web', Version: '$Latest' }, ClientToken: 'once' }
    const first = await run(clients, request)
    await addVersion(clients, { ...DATA, InstanceType: 't3.large' })
    expect((await run(clients, request)).InstanceId).toBe(first.InstanceId)
  })

  test.each<[string, RequestLaunchTemplateData, Partial<RunInstancesCommandInput>, string]>([
    ['a template that says nothing of the image', { InstanceType: 't3.micro' }, {}, 'MissingParameter'],
    ['a template whose image is not there', { ImageId: 'ami-0123456789abcdef0' }, {}, 'InvalidAMIID.NotFound'],
    [
      'a version that is not there',
      DATA,
      { LaunchTemplate: { LaunchTemplateName: 'web', Version: '2' } },
      'InvalidLaunchTemplateId.VersionNotFound'
    ],
    [
      'a template by id and name',
      DATA,
      { LaunchTemplate: { LaunchTemplateName: 'web', LaunchTemplateId: 'lt-0123456789abcdef0' } },
      'InvalidParameterCombination'
    ],
    [
      'a subnet beside the interfaces of the template',
      { ...DATA, NetworkInterfaces: [{ DeviceIndex: 0 }] },
      { SubnetId: 'subnet-0123456789abcdef0' },
      'InvalidParameterCombination'
    ],
    [
      'attributes in place of a type',
      { ImageId: IMAGES.linux, InstanceRequirements: { VCpuCount: { Min: 1 }, MemoryMiB: { Min: 1 } } },
      {},
      'InvalidParameterCombination'
    ],
    ['what would succeed, where it is a dry run', DATA, { DryRun: true }, 'DryRunOperation']
  ])('refuses %s', async (_, LaunchTemplateData, change, name) => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients, { LaunchTemplateData })
    await expect(run(clients, change)).rejects.toMatchObject({ name })
    expect((await clients.ec2.send(new DescribeInstancesCommand({}))).Reservations).toEqual([])
  })
})

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-systems-manager-parameter-to-find-AMI.html */
describe('an image by a Systems Manager parameter', () => {
  const without = { LaunchTemplate: undefined, InstanceType: 't3.micro' } as const
  const AL2023 = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'

  test.each([
    ['by its name', 'resolve:ssm:/golden/web', IMAGES.imdsV2],
    ['by a version', 'resolve:ssm:/golden/web:1', IMAGES.linux],
    ['by a label', 'resolve:ssm:/golden/web:live', IMAGES.linux]
  ])('is resolved when the instance is launched: %s', async (_, ImageId, expected) => {
    const clients = clientsFor(sandbox.url)
    await putImage(sandbox, clients, '/golden/web', IMAGES.linux)
    await clients.ssm.send(new LabelParameterVersionCommand({ Name: '/golden/web', Labels: ['live'] }))
    await createTemplate(clients, { LaunchTemplateData: { ...DATA, ImageId } })
    await putImage(sandbox, clients, '/golden/web', IMAGES.imdsV2)
    expect((await run(clients)).ImageId).toBe(expected)
    expect((await run(clients, { ...without, ImageId })).ImageId).toBe(expected)
  })

  test('can be one of AWS’s public parameters', async () => {
    const clients = clientsFor(sandbox.url)
    sandbox.world.region('us-east-1', '').parameters.set(`aws/${AL2023}`, {
      ownerId: 'aws',
      tags: new Map(),
      parameter: { Name: AL2023, Type: 'String', Value: IMAGES.linux, Version: 1, DataType: 'text' }
    })
    expect((await clients.ssm.send(new GetParameterCommand({ Name: AL2023 }))).Parameter?.Value).toBe(IMAGES.linux)
    expect((await run(clients, { ...without, ImageId: `resolve:ssm:${AL2023}` })).ImageId).toBe(IMAGES.linux)
  })

  test.each([
    ['that is not there', 'resolve:ssm:/none', 'The following aliases are invalid: resolve:ssm:/none'],
    [
      'of a version that is not there',
      'resolve:ssm:/golden/web:9',
      'The following aliases are invalid: resolve:ssm:/golden/web:9'
    ],
    [
      'of another data type',
      'resolve:ssm:/text',
      'Unsupported data type. The following parameter data types are supported: aws:ec2:image'
    ]
  ])('refuses a parameter %s', async (_, ImageId, message) => {
    const clients = clientsFor(sandbox.url)
    await putImage(sandbox, clients, '/golden/web', IMAGES.linux)
    await clients.ssm.send(new PutParameterCommand({ Name: '/text', Value: IMAGES.linux, Type: 'String' }))
    await expect(run(clients, { ...without, ImageId })).rejects.toMatchObject({ name: 'SsmInvalidParameter', message })
  })

  test('is the parameter of the caller’s own account and region', async () => {
    const clients = clientsFor(sandbox.url)
    await putImage(sandbox, clients, '/golden/web', IMAGES.linux)
    const others = [clientsFor(sandbox.url), clientsFor(sandbox.url, clients.account, 'eu-west-1')]
    for (const other of others) {
      const request = run(other, { ...without, ImageId: 'resolve:ssm:/golden/web' })
      await expect(request).rejects.toMatchObject({ name: 'SsmInvalidParameter' })
    }
  })
})

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetLaunchTemplateData.html */
describe('GetLaunchTemplateData', () => {
  test('answers what launches such an instance again', async () => {
    const clients = clientsFor(sandbox.url)
    const UserData = Buffer.from('true').toString('base64')
    const Tags = [{ Key: 'team', Value: 'web' }]
    const first = await run(clients, {
      LaunchTemplate: undefined,
      ImageId: IMAGES.linux,
      InstanceType: 't3.micro',
      UserData,
      IamInstanceProfile: { Name: 'web' },
      MetadataOptions: { HttpTokens: 'required' },
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 5, VolumeType: 'gp3' } }],
      TagSpecifications: [{ ResourceType: 'instance', Tags }]
    })
    const request = new GetLaunchTemplateDataCommand({ InstanceId: first.InstanceId })
    const { LaunchTemplateData: data } = await clients.ec2.send(request)
    expect(data).toMatchObject({
      ...{ ...DATA, UserData },
      IamInstanceProfile: { Arn: `arn:aws:iam::${clients.account}:instance-profile/web` },
      MetadataOptions: { HttpTokens: 'required' },
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 8 } },
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 5, VolumeType: 'gp3' } }
      ],
      NetworkInterfaces: [{ SubnetId: first.SubnetId, DeviceIndex: 0 }],
      TagSpecifications: [{ ResourceType: 'instance', Tags }]
    })
    const { NetworkInterfaces: _, Operator: __, ...rest } = data ?? {}
    await createTemplate(clients, { LaunchTemplateData: rest as RequestLaunchTemplateData })
    expect(await run(clients)).toMatchObject({ ImageId: first.ImageId, IamInstanceProfile: first.IamInstanceProfile })
  })

  test.each([
    ['i-0123456789abcdef0', 'InvalidInstanceID.NotFound'],
    ['x', 'InvalidInstanceID.Malformed']
  ])('refuses %s', async (InstanceId, name) => {
    const request = new GetLaunchTemplateDataCommand({ InstanceId })
    await expect(clientsFor(sandbox.url).ec2.send(request)).rejects.toMatchObject({ name })
  })
})
