import {
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DisableImageDeregistrationProtectionCommand,
  EnableImageDeregistrationProtectionCommand
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { imageOf } from '../make.ts'
import { addImage } from './own.ts'

const HOUR_SECONDS = 3600

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)
let ImageId: string
beforeEach(() => {
  ImageId = addImage(sandbox, clients.account).image.ImageId
})

const shown = async () => (await imageOf(clients, ImageId))?.DeregistrationProtection
const enable = (WithCooldown?: boolean) =>
  clients.ec2.send(new EnableImageDeregistrationProtectionCommand({ ImageId, WithCooldown }))
const disable = () => clients.ec2.send(new DisableImageDeregistrationProtectionCommand({ ImageId }))
const deregister = () => clients.ec2.send(new DeregisterImageCommand({ ImageId }))

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deregistration-protection.html
describe('deregistration protection', () => {
  test('is disabled at first', async () => {
    expect(await shown()).toBe('disabled')
  })

  test.each([
    [undefined, 'enabled-without-cooldown'],
    [false, 'enabled-without-cooldown'],
    [true, 'enabled-with-cooldown']
  ])('WithCooldown %s: refuses to deregister the image', async (withCooldown, state) => {
    expect(await enable(withCooldown)).toMatchObject({ Return: 'true' })
    expect(await shown()).toBe(state)
    await expect(deregister()).rejects.toMatchObject({
      name: 'OperationNotPermitted',
      message: expect.stringContaining(state)
    })
  })

  test('without cooldown ends at once', async () => {
    await enable()
    expect(await disable()).toMatchObject({ Return: 'true' })
    expect(await shown()).toBe('disabled')
    expect(await deregister()).toMatchObject({ Return: true })
  })

  test('with cooldown ends 24 hours after it was disabled, and says when', async () => {
    await enable(true)
    const start = sandbox.world.clock.now().getTime()
    await disable()
    const [, until = ''] = /^disabled after (.*)$/.exec((await shown()) ?? '') ?? []
    expect(Date.parse(until)).toBeGreaterThanOrEqual(start + 24 * HOUR_SECONDS * 1000)
    await advance(sandbox, 23 * HOUR_SECONDS)
    await expect(deregister()).rejects.toMatchObject({ name: 'OperationNotPermitted' })
    await advance(sandbox, HOUR_SECONDS)
    expect(await shown()).toBe('disabled')
    expect(await deregister()).toMatchObject({ Return: true })
  })

  test('disabled twice goes on with the same cooldown', async () => {
    await enable(true)
    await disable()
    const first = await shown()
    await advance(sandbox, HOUR_SECONDS)
    await disable()
    expect(await shown()).toBe(first)
  })

  test('enabled again, forgets the cooldown', async () => {
    await enable(true)
    await disable()
    await enable()
    await disable()
    expect(await shown()).toBe('disabled')
  })

  test('is an attribute, too', async () => {
    await enable(true)
    const request = { ImageId, Attribute: 'deregistrationProtection' as const }
    const { DeregistrationProtection } = await clients.ec2.send(new DescribeImageAttributeCommand(request))
    expect(DeregistrationProtection).toEqual({ Value: 'enabled-with-cooldown' })
  })
})

describe.each([
  ['Enable', (request: object) => new EnableImageDeregistrationProtectionCommand(request as { ImageId: string })],
  ['Disable', (request: object) => new DisableImageDeregistrationProtectionCommand(request as { ImageId: string })]
])('%sImageDeregistrationProtection refuses', (_, command) => {
  test.each([
    ['no image', {}, 'MissingParameter'],
    ["someone else's", { ImageId: IMAGES.linux }, 'AuthFailure'],
    ['an unknown one', { ImageId: 'ami-0123456789abcdef0' }, 'InvalidAMIID.NotFound']
  ])('%s', async (_case, request, name) => {
    await expect(clients.ec2.send(command(request))).rejects.toMatchObject({ name })
  })

  test('a dry run', async () => {
    await expect(clients.ec2.send(command({ ImageId, DryRun: true }))).rejects.toMatchObject({
      name: 'DryRunOperation'
    })
    expect(await shown()).toBe('disabled')
  })
})
