import {
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateCommand,
  DeleteLaunchTemplateVersionsCommand,
  DescribeLaunchTemplatesCommand,
  ModifyLaunchTemplateCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { addVersion, createTemplate, DATA, versionsOf } from './templates.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const templateOf = async ({ ec2 }: Clients) => {
  const request = new DescribeLaunchTemplatesCommand({ LaunchTemplateNames: ['web'] })
  return (await ec2.send(request)).LaunchTemplates?.[0]
}
const NAMED = { LaunchTemplateName: 'web' }

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html */
describe('CreateLaunchTemplateVersion', () => {
  test('adds the latest version; the default one stays', async () => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients)
    const added = await addVersion(clients, { InstanceType: 't3.large' }, { VersionDescription: 'larger' })
    expect(added).toMatchObject({ VersionNumber: 2, DefaultVersion: false, VersionDescription: 'larger' })
    expect(added?.LaunchTemplateData).toEqual({ InstanceType: 't3.large' })
    expect(await templateOf(clients)).toMatchObject({ DefaultVersionNumber: 1, LatestVersionNumber: 2 })
  })

  test.each(['1', '$Default', '$Latest'])('inherits what it does not say itself from version %s', async source => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients, {
      LaunchTemplateData: { ...DATA, KeyName: 'ops', SecurityGroupIds: ['sg-1', 'sg-2'] }
    })
    const change = { ImageId: IMAGES.arm, SecurityGroupIds: ['sg-3'] }
    const added = await addVersion(clients, change, { SourceVersion: source })
    expect(added?.LaunchTemplateData).toEqual({ ...DATA, KeyName: 'ops', ...change })
  })

  test('does not inherit snapshots of block device mappings', async () => {
    const clients = clientsFor(sandbox.url)
    const Ebs = { VolumeSize: 20, SnapshotId: 'snap-0123456789abcdef0' }
    await createTemplate(clients, {
      LaunchTemplateData: {
        BlockDeviceMappings: [
          { DeviceName: '/dev/sdf', Ebs },
          { DeviceName: '/dev/sdg', NoDevice: '' }
        ]
      }
    })
    const added = await addVersion(clients, DATA, { SourceVersion: '1' })
    expect(added?.LaunchTemplateData?.BlockDeviceMappings).toEqual([
      { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 20 } },
      { DeviceName: '/dev/sdg', NoDevice: '' }
    ])
  })

  test('a repeated ClientToken answers with the version that it made first', async () => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients)
    await addVersion(clients, DATA, { ClientToken: 'once' })
    await addVersion(clients, DATA)
    expect((await addVersion(clients, DATA, { ClientToken: 'once' }))?.VersionNumber).toBe(2)
    expect(await versionsOf(clients)).toHaveLength(3)
  })

  test.each([
    ['a source that is not there', { SourceVersion: '7' }, 'InvalidLaunchTemplateId.VersionNotFound'],
    ['a source that is no version', { SourceVersion: 'newest' }, 'InvalidParameterValue'],
    ['a template that is not there', { LaunchTemplateName: 'db' }, 'InvalidLaunchTemplateName.NotFoundException'],
    ['a version without parameters', { LaunchTemplateData: {} }, 'MissingParameter'],
    ['what would succeed, where it is a dry run', { DryRun: true }, 'DryRunOperation']
  ])('refuses %s', async (_, change, name) => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients)
    const request = new CreateLaunchTemplateVersionCommand({ ...NAMED, LaunchTemplateData: DATA, ...change })
    await expect(clients.ec2.send(request)).rejects.toMatchObject({ name })
    expect(await versionsOf(clients)).toHaveLength(1)
  })
})

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyLaunchTemplate.html */
describe('ModifyLaunchTemplate', () => {
  test.each(['2', '$Latest'])('makes version %s the default', async DefaultVersion => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients)
    await addVersion(clients, DATA)
    await clients.ec2.send(new ModifyLaunchTemplateCommand({ ...NAMED, DefaultVersion }))
    expect(await templateOf(clients)).toMatchObject({ DefaultVersionNumber: 2 })
    expect((await versionsOf(clients)).map(version => version.DefaultVersion)).toEqual([true, false])
  })

  test.each([
    ['a version that is not there', { DefaultVersion: '2' }, 'InvalidLaunchTemplateId.VersionNotFound'],
    ['a version in a dry run', { DefaultVersion: '1', DryRun: true }, 'DryRunOperation'],
    [
      'an id that is malformed',
      { LaunchTemplateName: undefined, LaunchTemplateId: 'lt-x' },
      'InvalidLaunchTemplateId.Malformed'
    ],
    ['an id and a name', { LaunchTemplateId: 'lt-0123456789abcdef0' }, 'InvalidParameterCombination'],
    ['neither', { LaunchTemplateName: undefined }, 'MissingParameter'],
    [
      'an id that is not there',
      { LaunchTemplateName: undefined, LaunchTemplateId: 'lt-0123456789abcdef0' },
      'InvalidLaunchTemplateId.NotFound'
    ]
  ])('refuses %s', async (_, change, name) => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients)
    const request = new ModifyLaunchTemplateCommand({ ...NAMED, DefaultVersion: '1', ...change })
    await expect(clients.ec2.send(request)).rejects.toMatchObject({ name })
  })

  test('does not find a template of another account or region', async () => {
    const { account, ...clients } = clientsFor(sandbox.url)
    const { LaunchTemplateId } = await createTemplate({ account, ...clients })
    for (const { ec2 } of [clientsFor(sandbox.url), clientsFor(sandbox.url, account, 'eu-west-1')]) {
      const request = new ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion: '1' })
      await expect(ec2.send(request)).rejects.toMatchObject({
        name: 'InvalidLaunchTemplateId.NotFound',
        message: `The specified launch template, with template ID ${LaunchTemplateId}, does not exist.`
      })
    }
  })
})

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplateVersions.html */
describe('DeleteLaunchTemplateVersions', () => {
  const remove = ({ ec2 }: Clients, Versions: string[], change = {}) =>
    ec2.send(new DeleteLaunchTemplateVersionsCommand({ ...NAMED, Versions, ...change }))

  test('says of each version whether it was deleted: not the default one, nor one that is not there', async () => {
    const clients = clientsFor(sandbox.url)
    const { LaunchTemplateId } = await createTemplate(clients)
    await addVersion(clients, DATA)
    const answer = await remove(clients, ['1', '2', '9'])
    expect(answer.SuccessfullyDeletedLaunchTemplateVersions).toEqual([
      { LaunchTemplateId, LaunchTemplateName: 'web', VersionNumber: 2 }
    ])
    expect(answer.UnsuccessfullyDeletedLaunchTemplateVersions).toMatchObject([
      { VersionNumber: 1, ResponseError: { Code: 'unexpectedError' } },
      { VersionNumber: 9, ResponseError: { Code: 'launchTemplateVersionDoesNotExist' } }
    ])
    expect((await versionsOf(clients)).map(({ VersionNumber }) => VersionNumber)).toEqual([1])
  })

  test('the number of a deleted version is not used again', async () => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients)
    await addVersion(clients, DATA)
    await remove(clients, ['2'])
    expect(await templateOf(clients)).toMatchObject({ LatestVersionNumber: 1 })
    expect((await addVersion(clients, DATA))?.VersionNumber).toBe(3)
  })

  test.each([
    ['more than 200', Array.from({ length: 201 }, (_, i) => `${i + 1}`), {}, 'InvalidParameterValue'],
    ['what is no number', ['$Latest'], {}, 'InvalidParameterValue'],
    ['what would succeed, where it is a dry run', ['2'], { DryRun: true }, 'DryRunOperation']
  ])('refuses %s', async (_, versions, change, name) => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients)
    await addVersion(clients, DATA)
    await expect(remove(clients, versions, change)).rejects.toMatchObject({ name })
    expect(await versionsOf(clients)).toHaveLength(2)
  })
})

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplate.html */
describe('DeleteLaunchTemplate', () => {
  test('deletes the template with all its versions; its name is free again', async () => {
    const clients = clientsFor(sandbox.url)
    const { LaunchTemplateId } = await createTemplate(clients)
    const deleted = await clients.ec2.send(new DeleteLaunchTemplateCommand(NAMED))
    expect(deleted.LaunchTemplate).toMatchObject({ LaunchTemplateId, LaunchTemplateName: 'web' })
    await expect(versionsOf(clients)).rejects.toMatchObject({ name: 'InvalidLaunchTemplateName.NotFoundException' })
    expect((await createTemplate(clients)).LaunchTemplateId).not.toBe(LaunchTemplateId)
  })

  test('a dry run deletes nothing', async () => {
    const clients = clientsFor(sandbox.url)
    await createTemplate(clients)
    const request = new DeleteLaunchTemplateCommand({ ...NAMED, DryRun: true })
    await expect(clients.ec2.send(request)).rejects.toMatchObject({ name: 'DryRunOperation' })
    expect(await versionsOf(clients)).toHaveLength(1)
  })
})
