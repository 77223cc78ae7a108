import {
  DisableAllowedImagesSettingsCommand,
  EnableAllowedImagesSettingsCommand,
  GetAllowedImagesSettingsCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { replace, verdict } from './allow.ts'

const ImageCriteria = [{ ImageProviders: ['111122223333'] }]

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)

async function declare(allowedImages: object): Promise<string | undefined> {
  const body = JSON.stringify({ account: clients.account, declarativePolicy: { allowedImages } })
  const answer = await fetch(`${sandbox.url}/_sandbox/seed`, { method: 'POST', body })
  return ((await answer.json()) as { error?: string }).error
}
const settings = () => clients.ec2.send(new GetAllowedImagesSettingsCommand({}))

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html ("When a declarative policy is in use, you
// can't modify the settings directly within an account")
describe('a declarative policy', () => {
  test('sets the settings, and says that it manages them', async () => {
    expect(await declare({ State: 'enabled', ImageCriteria })).toBeUndefined()
    expect(await settings()).toMatchObject({ State: 'enabled', ImageCriteria, ManagedBy: 'declarative-policy' })
    expect(await verdict(clients, IMAGES.linux)).toBe('hidden')
  })

  test.each([
    [
      'EnableAllowedImagesSettings',
      () => clients.ec2.send(new EnableAllowedImagesSettingsCommand({ AllowedImagesSettingsState: 'audit-mode' }))
    ],
    ['DisableAllowedImagesSettings', () => clients.ec2.send(new DisableAllowedImagesSettingsCommand({}))],
    ['ReplaceImageCriteriaInAllowedImagesSettings', () => replace(clients, [])]
  ])('%s cannot change them', async (_, send) => {
    await declare({ State: 'enabled', ImageCriteria })
    await expect(send()).rejects.toMatchObject({
      name: 'OperationNotPermitted',
      message: 'This action is denied due to an organizational policy in effect'
    })
    expect(await settings()).toMatchObject({ State: 'enabled', ImageCriteria })
  })

  test('is checked as the account’s own settings are', async () => {
    expect(await declare({ State: 'on' })).toMatch(/^declarativePolicy\.allowedImages\.State/)
    expect(await declare({ State: 'enabled', ImageCriteria: [{ ImageProviders: ['self'] }] })).toMatch(/Provider/)
    expect(await settings()).toMatchObject({ State: 'disabled', ManagedBy: 'account' })
  })
})
