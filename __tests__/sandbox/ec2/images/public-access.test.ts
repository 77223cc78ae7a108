import {
  DisableImageBlockPublicAccessCommand,
  EnableImageBlockPublicAccessCommand,
  GetImageBlockPublicAccessStateCommand,
  ModifyImageAttributeCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, type Clients, clientsFor, serve, served, useClients } from '../../../support/sandbox.ts'
import { seeder } from '../fixture.ts'
import { imageOf } from '../make.ts'
import { addImage } from './own.ts'

const TEN_MINUTES_SECONDS = 600

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)

const stateOf = async ({ ec2 }: Clients = clients) => {
  const { ImageBlockPublicAccessState: state } = await ec2.send(new GetImageBlockPublicAccessStateCommand({}))
  return state
}
const block = (ImageBlockPublicAccessState: string | undefined = 'block-new-sharing') => {
  const request = { ImageBlockPublicAccessState: ImageBlockPublicAccessState as 'block-new-sharing' }
  return clients.ec2.send(new EnableImageBlockPublicAccessCommand(request))
}
const unblock = () => clients.ec2.send(new DisableImageBlockPublicAccessCommand({}))
const publish = (ImageId: string) =>
  clients.ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add: [{ Group: 'all' }] } }))

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-public-access-to-amis.html
describe('block public access for AMIs', () => {
  test('is on for a new account, which manages it itself', async () => {
    expect(await clients.ec2.send(new GetImageBlockPublicAccessStateCommand({}))).toMatchObject({
      ImageBlockPublicAccessState: 'block-new-sharing',
      ManagedBy: 'account'
    })
  })

  test('refuses to make an image public, and nothing else', async () => {
    const { ImageId } = addImage(sandbox, clients.account).image
    await expect(publish(ImageId)).rejects.toMatchObject({
      name: 'OperationNotPermitted',
      message:
        'You can’t publicly share this image because block public access for AMIs is enabled for this account. To publicly share the image, you must call the DisableImageBlockPublicAccess API.'
    })
    const LaunchPermission = { Add: [{ UserId: clientsFor(sandbox.url).account }] }
    await clients.ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission }))
  })

  test('is off at once', async () => {
    expect(await unblock()).toMatchObject({ ImageBlockPublicAccessState: 'unblocked' })
    expect(await stateOf()).toBe('unblocked')
    const { ImageId } = addImage(sandbox, clients.account).image
    await publish(ImageId)
    expect(await imageOf(clients, ImageId)).toMatchObject({ Public: true })
  })

  test('is one account and region’s', async () => {
    await unblock()
    expect(await stateOf(clientsFor(sandbox.url))).toBe('block-new-sharing')
    expect(await stateOf(clientsFor(sandbox.url, clients.account, 'eu-west-1'))).toBe('block-new-sharing')
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageBlockPublicAccess.html (up to 10 minutes)
  test('takes its time to be on again; what is public stays so', async () => {
    await unblock()
    const { ImageId } = addImage(sandbox, clients.account).image
    await publish(ImageId)
    expect(await block()).toMatchObject({ ImageBlockPublicAccessState: 'block-new-sharing' })
    expect(await stateOf()).toBe('unblocked')
    await advance(sandbox, TEN_MINUTES_SECONDS)
    expect(await stateOf()).toBe('block-new-sharing')
    expect(await imageOf(clients, ImageId)).toMatchObject({ Public: true })
  })

  test('stays off where it is disabled before it was on', async () => {
    await unblock()
    await block()
    await unblock()
    await advance(sandbox, TEN_MINUTES_SECONDS)
    expect(await stateOf()).toBe('unblocked')
  })

  test('refuses another state, or none', async () => {
    await expect(block('block-all')).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await expect(block('')).rejects.toMatchObject({ name: 'MissingParameter' })
  })

  test.each([
    [
      'Enable',
      new EnableImageBlockPublicAccessCommand({ ImageBlockPublicAccessState: 'block-new-sharing', DryRun: true })
    ],
    ['Disable', new DisableImageBlockPublicAccessCommand({ DryRun: true })]
  ])('%s changes nothing in a dry run', async (_, command) => {
    const dry = clients.ec2.send(command as DisableImageBlockPublicAccessCommand)
    await expect(dry).rejects.toMatchObject({ name: 'DryRunOperation' })
    expect(await stateOf()).toBe('block-new-sharing')
  })
})
