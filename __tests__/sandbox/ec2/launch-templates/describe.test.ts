import {
  DeleteLaunchTemplateCommand,
  DescribeLaunchTemplatesCommand,
  type DescribeLaunchTemplatesCommandInput,
  type DescribeLaunchTemplateVersionsCommandInput,
  ModifyLaunchTemplateCommand,
  ModifyManagedResourceVisibilityCommand
} from '@aws-sdk/client-ec2'
import { DeleteParameterCommand } from '@aws-sdk/client-ssm'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { addVersion, createTemplate, DATA, putImage, versionsOf } from './templates.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const namesOf = async ({ ec2 }: Clients, request: DescribeLaunchTemplatesCommandInput = {}) =>
  ((await ec2.send(new DescribeLaunchTemplatesCommand(request))).LaunchTemplates ?? []).map(
    ({ LaunchTemplateName }) => LaunchTemplateName
  )
const numbersOf = async (clients: Clients, request: DescribeLaunchTemplateVersionsCommandInput) =>
  (await versionsOf(clients, request)).map(({ VersionNumber }) => VersionNumber)

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html */
describe('DescribeLaunchTemplates', () => {
  const TagSpecifications = [{ ResourceType: 'launch-template' as const, Tags: [{ Key: 'team', Value: 'web' }] }]

  test.each<[string, DescribeLaunchTemplatesCommandInput, string[]]>([
    ['all of the account', {}, ['web', 'api']],
    ['those of these names', { LaunchTemplateNames: ['api'] }, ['api']],
    ['those of a name by filter', { Filters: [{ Name: 'launch-template-name', Values: ['w*'] }] }, ['web']],
    ['those of a tag', { Filters: [{ Name: 'tag:team', Values: ['web'] }] }, ['web']],
    ['those of a tag key', { Filters: [{ Name: 'tag-key', Values: ['team'] }] }, ['web']],
    ['those made in a year', { Filters: [{ Name: 'create-time', Values: ['1999*'] }] }, []]
  ])('lists %s', async (_, request, expected) => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients, { TagSpecifications })
    await createTemplate(clients, { LaunchTemplateName: 'api' })
    await createTemplate(clientsFor(sandbox.url))
    expect(await namesOf(clients, request)).toEqual(expected)
  })

  test('lists in pages of at most 200', async () => {
    const clients = clientsFor(sandbox.url)
    for (const name of ['a-1', 'a-2', 'a-3']) await createTemplate(clients, { LaunchTemplateName: name })
    const first = await clients.ec2.send(new DescribeLaunchTemplatesCommand({ MaxResults: 2 }))
    expect(first.LaunchTemplates).toHaveLength(2)
    expect(await namesOf(clients, { MaxResults: 2, NextToken: first.NextToken })).toEqual(['a-3'])
  })

  test.each([
    [{ LaunchTemplateNames: ['web', 'api'] }, 'InvalidLaunchTemplateName.NotFoundException'],
    [{ LaunchTemplateIds: ['lt-0123456789abcdef0'] }, 'InvalidLaunchTemplateId.NotFound'],
    [{ LaunchTemplateIds: ['i-0123456789abcdef0'] }, 'InvalidLaunchTemplateId.Malformed'],
    [{ Filters: [{ Name: 'colour', Values: ['red'] }] }, 'InvalidParameterValue'],
    [{ DryRun: true }, 'DryRunOperation']
  ])('refuses %j', async (request, name) => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients)
    await expect(namesOf(clients, request)).rejects.toMatchObject({ name })
  })
})

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/managed-resource-visibility-settings.html */
describe('a template that a service manages', () => {
  const Operator = { Principal: 'eks.amazonaws.com' }

  test('is hidden, unless it is asked for or the account shows such ones', async () => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients)
    await createTemplate(clients, { LaunchTemplateName: 'eks-nodes', Operator })
    expect(await namesOf(clients)).toEqual(['web'])
    expect(await versionsOf(clients, { Versions: ['$Latest'] })).toHaveLength(1)
    expect(await namesOf(clients, { LaunchTemplateNames: ['eks-nodes'] })).toEqual(['eks-nodes'])
    expect(await namesOf(clients, { IncludeManagedResources: true })).toEqual(['web', 'eks-nodes'])
    expect(await versionsOf(clients, { Versions: ['$Latest'], IncludeManagedResources: true })).toMatchObject([
      { Operator: { Managed: false } },
      { Operator: { Managed: true, Principal: 'eks.amazonaws.com', HiddenByDefault: true } }
    ])
    await clients.ec2.send(new ModifyManagedResourceVisibilityCommand({ DefaultVisibility: 'visible' }))
    expect(await namesOf(clients)).toEqual(['web', 'eks-nodes'])
  })

  test('is its service’s to change', async () => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients, { Operator })
    const NAMED = { LaunchTemplateName: 'web' }
    const changes = [
      clients.ec2.send(new DeleteLaunchTemplateCommand(NAMED)),
      clients.ec2.send(new ModifyLaunchTemplateCommand({ ...NAMED, DefaultVersion: '1' })),
      addVersion(clients, DATA)
    ]
    for (const change of changes) await expect(change).rejects.toMatchObject({ name: 'OperationNotPermitted' })
  })
})

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html */
describe('DescribeLaunchTemplateVersions', () => {
  const NAMED = { LaunchTemplateName: 'web' }

  test.each<[string, DescribeLaunchTemplateVersionsCommandInput, number[]]>([
    ['all, the newest first', {}, [4, 3, 2, 1]],
    ['those of these numbers', { Versions: ['1', '3'] }, [3, 1]],
    ['the latest', { Versions: ['$Latest'] }, [4]],
    ['the default', { Versions: ['$Default'] }, [2]],
    ['one once that is named twice', { Versions: ['$Default', '2'] }, [2]],
    ['those after a number', { MinVersion: '2' }, [4, 3]],
    ['those up to a number', { MaxVersion: '2' }, [2, 1]],
    ['those of a type', { Filters: [{ Name: 'instance-type', Values: ['t3.large'] }] }, [3]],
    ['those of an image', { Filters: [{ Name: 'image-id', Values: [IMAGES.arm] }] }, [4]],
    ['the default one by filter', { Filters: [{ Name: 'is-default-version', Values: ['true'] }] }, [2]],
    ['those with IMDSv2', { Filters: [{ Name: 'http-tokens', Values: ['required'] }] }, [2]]
  ])('of a template lists %s', async (_, request, expected) => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients)
    await addVersion(clients, { ...DATA, MetadataOptions: { HttpTokens: 'required' } })
    await addVersion(clients, { InstanceType: 't3.large' })
    await addVersion(clients, { ImageId: IMAGES.arm })
    await clients.ec2.send(new ModifyLaunchTemplateCommand({ ...NAMED, DefaultVersion: '2' }))
    expect(await numbersOf(clients, { ...NAMED, ...request })).toEqual(expected)
  })

  test('of all templates lists the latest and the default ones', async () => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients)
    await addVersion(clients, DATA)
    await createTemplate(clients, { LaunchTemplateName: 'api' })
    const list = async (...Versions: string[]) =>
      (await versionsOf(clients, { Versions })).map(each => `${each.LaunchTemplateName} ${each.VersionNumber}`)
    expect(await list('$Latest')).toEqual(['web 2', 'api 1'])
    expect(await list('$Default')).toEqual(['web 1', 'api 1'])
    expect(await list('$Latest', '$Default')).toEqual(['web 2', 'web 1', 'api 1'])
  })

  test.each([
    ['a version that is not there', { ...NAMED, Versions: ['9'] }, 'InvalidLaunchTemplateId.VersionNotFound'],
    ['a number where no template is named', { Versions: ['1'] }, 'InvalidParameterValue'],
    ['neither template nor version', {}, 'MissingParameter'],
    ['pages of none', { ...NAMED, MaxResults: 0 }, 'InvalidParameterValue']
  ])('refuses %s', async (_, request, name) => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients)
    await expect(versionsOf(clients, request)).rejects.toMatchObject({ name })
  })
})

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-launch-template.html#use-an-ssm-parameter-instead-of-an-ami-id */
describe('an image that a Systems Manager parameter names', () => {
  const reference = 'resolve:ssm:/golden/web'

  test('is shown as it was given, and with ResolveAlias as what the parameter holds now', async () => {
    const clients = clientsFor(sandbox.url)
    await putImage(sandbox, clients, '/golden/web', IMAGES.linux)
    await createTemplate(clients, { LaunchTemplateData: { ImageId: reference } })
    const shown = async (ResolveAlias: boolean) =>
      (await versionsOf(clients, { LaunchTemplateName: 'web', ResolveAlias }))[0]?.LaunchTemplateData?.ImageId
    expect(await shown(false)).toBe(reference)
    expect(await shown(true)).toBe(IMAGES.linux)
    await putImage(sandbox, clients, '/golden/web', IMAGES.imdsV2)
    expect(await shown(true)).toBe(IMAGES.imdsV2)
    const added = await addVersion(clients, { InstanceType: 't3.micro' }, { SourceVersion: '1', ResolveAlias: true })
    expect(added?.LaunchTemplateData).toEqual({ ImageId: IMAGES.imdsV2, InstanceType: 't3.micro' })
  })

  test('cannot be resolved once the parameter is deleted', async () => {
    const clients = clientsFor(sandbox.url)
    await putImage(sandbox, clients, '/golden/web', IMAGES.linux)
    await createTemplate(clients, { LaunchTemplateData: { ImageId: reference } })
    await clients.ssm.send(new DeleteParameterCommand({ Name: '/golden/web' }))
    expect(await versionsOf(clients)).toHaveLength(1)
    await expect(versionsOf(clients, { LaunchTemplateName: 'web', ResolveAlias: true })).rejects.toMatchObject({
      name: 'SsmInvalidParameter',
      message: `The following aliases are invalid: ${reference}`
    })
  })
})
