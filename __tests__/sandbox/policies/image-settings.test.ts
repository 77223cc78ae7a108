import {
  CreateLaunchTemplateCommand,
  DescribeFastLaunchImagesCommand,
  DisableAllowedImagesSettingsCommand,
  DisableFastLaunchCommand,
  EnableAllowedImagesSettingsCommand,
  EnableFastLaunchCommand,
  GetAllowedImagesSettingsCommand,
  ReplaceImageCriteriaInAllowedImagesSettingsCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { serve, served, useClients } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'
import { addImage } from '../ec2/images/own.ts'
import { allow, outcomeOf, restrict, userOf } from './fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)

const restrictMe = (...statements: object[]) => restrict(sandbox, userOf(clients.account), ...statements)

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html#iam-permissions-for-allowed-amis
describe('Allowed AMIs need the permission of the same name, on everything', () => {
  test.each([
    ['GetAllowedImagesSettings', new GetAllowedImagesSettingsCommand({})],
    ['EnableAllowedImagesSettings', new EnableAllowedImagesSettingsCommand({ AllowedImagesSettingsState: 'enabled' })],
    ['DisableAllowedImagesSettings', new DisableAllowedImagesSettingsCommand({})],
    ['ReplaceImageCriteriaInAllowedImagesSettings', new ReplaceImageCriteriaInAllowedImagesSettingsCommand({})]
  ])('%s', async (name, command) => {
    const send = () => outcomeOf(clients.ec2.send(command as GetAllowedImagesSettingsCommand))
    await restrictMe(allow('ec2:Describe*'))
    expect(await send()).toBe(`ec2:${name} on *`)
    await restrictMe(allow(`ec2:${name}`))
    expect(await send()).toBe('ok')
  })
})

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
describe('fast launch is authorized', () => {
  test('on the image, and on the launch template that it names', async () => {
    const { ImageId } = addImage(sandbox, clients.account, { Platform: 'Windows' }).image
    const data = { LaunchTemplateName: 'prepare', LaunchTemplateData: { InstanceType: 'm7i.large' as const } }
    const { LaunchTemplate } = await clients.ec2.send(new CreateLaunchTemplateCommand(data))
    const { LaunchTemplateId = '' } = LaunchTemplate ?? {}
    const request = { ImageId, LaunchTemplate: { LaunchTemplateId, Version: '1' } }
    const enable = () => outcomeOf(clients.ec2.send(new EnableFastLaunchCommand(request)))
    const image = `arn:aws:ec2:us-east-1::image/${ImageId}`
    const template = `arn:aws:ec2:us-east-1:${clients.account}:launch-template/${LaunchTemplateId}`
    await restrictMe(allow('ec2:EnableFastLaunch', { Resource: template }))
    expect(await enable()).toBe(`ec2:EnableFastLaunch on ${image}`)
    await restrictMe(allow('ec2:EnableFastLaunch', { Resource: image }))
    expect(await enable()).toBe('ok')
    const disable = () => outcomeOf(clients.ec2.send(new DisableFastLaunchCommand({ ImageId })))
    expect(await disable()).toBe(`ec2:DisableFastLaunch on ${image}`)
    expect(await outcomeOf(clients.ec2.send(new DescribeFastLaunchImagesCommand({})))).toBe(
      'ec2:DescribeFastLaunchImages on *'
    )
  })
})
