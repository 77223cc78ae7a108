import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DescribeImageReferencesCommand,
  type DescribeImageReferencesCommandInput,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { putImage } from '../launch-templates/templates.ts'
import { launch, launched, settle } from '../make.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const ALL = { ImageIds: [IMAGES.linux], IncludeAllResourceTypes: true }

const referencesTo = async ({ ec2 }: Clients, input: DescribeImageReferencesCommandInput = ALL) =>
  (await ec2.send(new DescribeImageReferencesCommand(input))).ImageReferences ?? []

const kinds = async (clients: Clients, input?: DescribeImageReferencesCommandInput) =>
  (await referencesTo(clients, input)).map(({ ResourceType }) => ResourceType)

async function createTemplate({ ec2 }: Clients, ImageId: string): Promise<string> {
  const command = new CreateLaunchTemplateCommand({ LaunchTemplateName: 'web', LaunchTemplateData: { ImageId } })
  return (await ec2.send(command)).LaunchTemplate?.LaunchTemplateId ?? ''
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-ami-references.html
describe('DescribeImageReferences', () => {
  test('lists instances, launch templates and parameters, each once', async () => {
    const clients = clientsFor(sandbox.url)
    const { account } = clients
    const { InstanceId } = await launch(clients)
    const template = await createTemplate(clients, IMAGES.linux)
    await putImage(sandbox, clients, '/golden/web', IMAGES.linux)
    expect(await referencesTo(clients)).toEqual([
      {
        ImageId: IMAGES.linux,
        ResourceType: 'ec2:Instance',
        Arn: `arn:aws:ec2:us-east-1:${account}:instance/${InstanceId}`
      },
      {
        ImageId: IMAGES.linux,
        ResourceType: 'ec2:LaunchTemplate',
        Arn: `arn:aws:ec2:us-east-1:${account}:launch-template/${template}`
      },
      {
        ImageId: IMAGES.linux,
        ResourceType: 'ssm:Parameter',
        Arn: `arn:aws:ssm:us-east-1:${account}:parameter/golden/web`
      }
    ])
  })

  test('only of the types that are asked for', async () => {
    const clients = clientsFor(sandbox.url)
    await launch(clients)
    await createTemplate(clients, IMAGES.linux)
    const ResourceTypes = [{ ResourceType: 'ec2:LaunchTemplate' as const }]
    expect(await kinds(clients, { ImageIds: [IMAGES.linux], ResourceTypes })).toEqual(['ec2:LaunchTemplate'])
  })

  test('instances that have ended too, unless states are named', async () => {
    const clients = clientsFor(sandbox.url)
    const id = await launched(sandbox, clients, 'running')
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await settle(sandbox)
    expect(await kinds(clients)).toEqual(['ec2:Instance'])
    const ResourceTypeOptions = [{ OptionName: 'state-name' as const, OptionValues: ['running', 'stopped'] }]
    const ResourceTypes = [{ ResourceType: 'ec2:Instance' as const, ResourceTypeOptions }]
    expect(await kinds(clients, { ImageIds: [IMAGES.linux], ResourceTypes })).toEqual([])
  })

  test('of launch templates the newest ten versions, or as many as are asked for', async () => {
    const clients = clientsFor(sandbox.url)
    const LaunchTemplateId = await createTemplate(clients, IMAGES.linux)
    for (let version = 2; version <= 11; version++) {
      const LaunchTemplateData = { ImageId: IMAGES.arm }
      await clients.ec2.send(new CreateLaunchTemplateVersionCommand({ LaunchTemplateId, LaunchTemplateData }))
    }
    expect(await kinds(clients)).toEqual([])
    const ResourceTypeOptions = [{ OptionName: 'version-depth' as const, OptionValues: ['11'] }]
    const ResourceTypes = [{ ResourceType: 'ec2:LaunchTemplate' as const, ResourceTypeOptions }]
    expect(await kinds(clients, { ...ALL, ResourceTypes })).toEqual(['ec2:LaunchTemplate'])
  })

  test("nothing of another account's, nor what an alias stands for", async () => {
    const [mine, theirs] = [clientsFor(sandbox.url), clientsFor(sandbox.url)]
    await launch(theirs)
    await putImage(sandbox, mine, '/golden/alias', IMAGES.linux)
    await createTemplate(mine, 'resolve:ssm:/golden/alias')
    expect(await kinds(mine)).toEqual(['ssm:Parameter'])
  })

  test.each<[why: string, input: DescribeImageReferencesCommandInput, code: string]>([
    ['without images', { ImageIds: [], IncludeAllResourceTypes: true }, 'MissingParameter'],
    ['without types', { ImageIds: [IMAGES.linux] }, 'MissingParameter'],
    [
      'of eleven images',
      { ImageIds: Array.from({ length: 11 }, () => IMAGES.linux), IncludeAllResourceTypes: true },
      'InvalidParameterValue'
    ],
    ['of a malformed id', { ImageIds: ['ami-web'], IncludeAllResourceTypes: true }, 'InvalidAMIID.Malformed'],
    [
      'with an option of another type',
      {
        ImageIds: [IMAGES.linux],
        ResourceTypes: [
          { ResourceType: 'ec2:Instance', ResourceTypeOptions: [{ OptionName: 'version-depth', OptionValues: ['1'] }] }
        ]
      },
      'InvalidParameterValue'
    ],
    [
      'with an option of a type that takes none',
      {
        ImageIds: [IMAGES.linux],
        ResourceTypes: [
          {
            ResourceType: 'ssm:Parameter',
            ResourceTypeOptions: [{ OptionName: 'state-name', OptionValues: ['running'] }]
          }
        ]
      },
      'InvalidParameterValue'
    ],
    [
      'with a type twice',
      { ImageIds: [IMAGES.linux], ResourceTypes: [{ ResourceType: 'ec2:Instance' }, { ResourceType: 'ec2:Instance' }] },
      'InvalidParameterValue'
    ],
    [
      'with two depths',
      {
        ImageIds: [IMAGES.linux],
        ResourceTypes: [
          {
            ResourceType: 'ec2:LaunchTemplate',
            ResourceTypeOptions: [{ OptionName: 'version-depth', OptionValues: ['1', '2'] }]
          }
        ]
      },
      'InvalidParameterValue'
    ]
  ])('is refused %s', async (_, input, name) => {
    await expect(referencesTo(clientsFor(sandbox.url), input)).rejects.toMatchObject({ name })
  })
})
