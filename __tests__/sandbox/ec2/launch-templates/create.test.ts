import {
  CreateLaunchTemplateCommand,
  type CreateLaunchTemplateCommandInput,
  CreateTagsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeTagsCommand
} from '@aws-sdk/client-ec2'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { clientsFor, serve, served } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { createTemplate, DATA, versionsOf } from './templates.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html */
describe('CreateLaunchTemplate', () => {
  test('makes a template whose first version is the default one', async () => {
    const clients = clientsFor(sandbox.url)
    const template = await createTemplate(clients, { VersionDescription: 'first' })
    expect(template).toMatchObject({
      LaunchTemplateId: expect.stringMatching(/^lt-[0-9a-f]{17}$/),
      LaunchTemplateName: 'web',
      DefaultVersionNumber: 1,
      LatestVersionNumber: 1,
      CreatedBy: `arn:aws:iam::${clients.account}:user/sandbox`,
      CreateTime: expect.any(Date)
    })
    expect(await versionsOf(clients)).toMatchObject([
      { VersionNumber: 1, VersionDescription: 'first', DefaultVersion: true, LaunchTemplateData: DATA }
    ])
  })

  test('keeps the launch parameters as they were given, also those that it does not look at', async () => {
    const clients = clientsFor(sandbox.url)
    const LaunchTemplateData = {
      ImageId: IMAGES.linux,
      UserData: Buffer.from('#!/bin/sh\n').toString('base64'),
      IamInstanceProfile: { Name: 'web' },
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 50, Encrypted: true, Throughput: 125 } }],
      NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: true, Groups: ['sg-0123456789abcdef0'] }],
      TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [{ Key: 'role', Value: 'web' }] }],
      MetadataOptions: { HttpTokens: 'required' as const },
      CpuOptions: { CoreCount: 1 },
      InstanceMarketOptions: { MarketType: 'spot' as const, SpotOptions: { MaxPrice: '0.1' } }
    }
    await createTemplate(clients, { LaunchTemplateData })
    expect((await versionsOf(clients))[0]?.LaunchTemplateData).toEqual(LaunchTemplateData)
  })

  test('tags the template, not what is launched from it', async () => {
    const clients = clientsFor(sandbox.url)
    const tags = [{ Key: 'team', Value: 'web' }]
    const { Tags, LaunchTemplateId } = await createTemplate(clients, {
      TagSpecifications: [{ ResourceType: 'launch-template', Tags: tags }]
    })
    expect(Tags).toEqual(tags)
    await clients.ec2.send(
      new CreateTagsCommand({ Resources: [LaunchTemplateId], Tags: [{ Key: 'stage', Value: 'live' }] })
    )
    const found = await clients.ec2.send(
      new DescribeTagsCommand({ Filters: [{ Name: 'resource-type', Values: ['launch-template'] }] })
    )
    expect(found.Tags?.map(({ Key }) => Key)).toEqual(['team', 'stage'])
  })

  test('a repeated ClientToken answers with the first template; with other parameters it is refused', async () => {
    const clients = clientsFor(sandbox.url)
    const request = { ClientToken: 'once' }
    const first = await createTemplate(clients, request)
    expect((await createTemplate(clients, request)).LaunchTemplateId).toBe(first.LaunchTemplateId)
    await expect(createTemplate(clients, { ...request, VersionDescription: 'x' })).rejects.toMatchObject({
      name: 'IdempotentParameterMismatch'
    })
  })

  test('warns of an image that is not there, and makes the template', async () => {
    const { ec2 } = clientsFor(sandbox.url)
    const LaunchTemplateData = { ImageId: 'ami-0123456789abcdef0' }
    const request = { LaunchTemplateName: 'web', LaunchTemplateData }
    const { Warning, LaunchTemplate: template } = await ec2.send(new CreateLaunchTemplateCommand(request))
    expect(Warning?.Errors).toMatchObject([{ Code: 'InvalidAMIID.NotFound' }])
    expect(template?.LaunchTemplateName).toBe('web')
  })

  type Row = [what: string, change: Partial<CreateLaunchTemplateCommandInput>, code: string]
  const data = (change: CreateLaunchTemplateCommandInput['LaunchTemplateData']) => ({ LaunchTemplateData: change })
  const refused: Row[] = [
    ['a name that is taken', { LaunchTemplateName: 'taken' }, 'InvalidLaunchTemplateName.AlreadyExistsException'],
    ['a short name', { LaunchTemplateName: 'ab' }, 'InvalidLaunchTemplateName.MalformedException'],
    ['a long name', { LaunchTemplateName: 'a'.repeat(129) }, 'InvalidLaunchTemplateName.MalformedException'],
    ['a name with a space', { LaunchTemplateName: 'a b c' }, 'InvalidLaunchTemplateName.MalformedException'],
    ['no launch parameters', data({}), 'MissingParameter'],
    ['user data that is not base64', data({ UserData: '#!/bin/sh' }), 'InvalidUserData.Malformed'],
    ['more than 16 KB of user data', data({ UserData: 'AAAA'.repeat(6000) }), 'InvalidUserData.Malformed'],
    [
      'tags of what a launch does not make',
      data({ TagSpecifications: [{ ResourceType: 'image', Tags: [{ Key: 'a', Value: 'b' }] }] }),
      'InvalidParameterValue'
    ],
    [
      'tags of another resource',
      { TagSpecifications: [{ ResourceType: 'instance', Tags: [] }] },
      'InvalidParameterValue'
    ],
    [
      'a type and its attributes',
      data({ InstanceType: 't3.micro', InstanceRequirements: { VCpuCount: { Min: 1 }, MemoryMiB: { Min: 1 } } }),
      'InvalidParameterCombination'
    ],
    ['a parameter that is not there', data({ ImageId: 'resolve:ssm:/none' }), 'SsmInvalidParameter'],
    ['a parameter that is plain text', data({ ImageId: 'resolve:ssm:/text' }), 'SsmInvalidParameter'],
    ['what would succeed, where it is a dry run', { DryRun: true }, 'DryRunOperation'],
    [
      'a name that is taken in a dry run',
      { LaunchTemplateName: 'taken', DryRun: true },
      'InvalidLaunchTemplateName.AlreadyExistsException'
    ]
  ]
  test.each(refused)('refuses %s', async (_, change, name) => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients, { LaunchTemplateName: 'taken' })
    await clients.ssm.send(new PutParameterCommand({ Name: '/text', Value: IMAGES.linux, Type: 'String' }))
    await expect(createTemplate(clients, change)).rejects.toMatchObject({ name })
    const { LaunchTemplates } = await clients.ec2.send(new DescribeLaunchTemplatesCommand({}))
    expect(LaunchTemplates?.map(({ LaunchTemplateName }) => LaunchTemplateName)).toEqual(['taken'])
  })
})
