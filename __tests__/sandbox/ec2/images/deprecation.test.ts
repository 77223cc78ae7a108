import { DisableImageDeprecationCommand, EnableImageDeprecationCommand } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { imageOf } from '../make.ts'
import { addImage } from './own.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)

const own = (change: Parameters<typeof addImage>[2] = {}) => addImage(sandbox, clients.account, change).image.ImageId
const enable = (ImageId: string, DeprecateAt: Date | undefined) =>
  clients.ec2.send(new EnableImageDeprecationCommand({ ImageId, DeprecateAt }))
const disable = (ImageId: string) => clients.ec2.send(new DisableImageDeprecationCommand({ ImageId }))
const shown = async (id: string) => (await imageOf(clients, id))?.DeprecationTime

/** Years and seconds from now. */
function later({ years = 0, seconds = 0 }): Date {
  const date = sandbox.world.clock.now()
  date.setUTCFullYear(date.getUTCFullYear() + years)
  return new Date(date.getTime() + seconds * 1000)
}

const PUBLIC = { launchPermissions: [{ Group: 'all' as const }] }

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeprecation.html
describe('EnableImageDeprecation', () => {
  test.each([
    ['2030-01-02T03:04:29.999Z', '2030-01-02T03:04:00.000Z'],
    ['2030-01-02T03:04:30.000Z', '2030-01-02T03:05:00.000Z'],
    ['2030-01-02T03:04:00.000Z', '2030-01-02T03:04:00.000Z']
  ])('rounds %s to the nearest minute', async (asked, expected) => {
    const id = own()
    expect(await enable(id, new Date(asked))).toMatchObject({ Return: true })
    expect(await shown(id)).toBe(expected)
  })

  test('takes a new date, earlier or later', async () => {
    const id = own()
    for (const date of ['2030-01-01', '2029-01-01', '2031-01-01']) {
      await enable(id, new Date(date))
      expect(await shown(id)).toBe(`${date}T00:00:00.000Z`)
    }
  })

  test.each([
    ['the past', { seconds: -1 }],
    ['more than 10 years from now', { years: 10, seconds: 120 }]
  ])('refuses a date in %s', async (_, when) => {
    await expect(enable(own(), later(when))).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  })

  test('takes a date almost 10 years from now', async () => {
    expect(await enable(own(), later({ years: 10, seconds: -120 }))).toMatchObject({ Return: true })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html (public AMIs)
  test.each([
    ['takes a date within 2 years of the creation of a public image', { years: 1 }, undefined],
    ['refuses a later one', { years: 2, seconds: 120 }, 'InvalidParameterValue']
  ])('%s', async (_, when, refusal) => {
    const asked = enable(own(PUBLIC), later(when))
    if (refusal) await expect(asked).rejects.toMatchObject({ name: refusal })
    else expect(await asked).toMatchObject({ Return: true })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html (make the AMI private first)
  test('of a public image only moves to an earlier date', async () => {
    const id = own({ ...PUBLIC, DeprecationTime: later({ years: 1 }).toISOString() })
    const refusal = { name: 'OperationNotPermitted' }
    await expect(enable(id, later({ years: 1, seconds: 3600 }))).rejects.toMatchObject(refusal)
    expect(await enable(id, later({ seconds: 3600 }))).toMatchObject({ Return: true })
  })

  test.each([
    ['no image', '', new Date('2030-01-01'), 'MissingParameter'],
    ['no date', undefined, undefined, 'MissingParameter'],
    ["someone else's image", IMAGES.linux, new Date('2030-01-01'), 'AuthFailure'],
    ['an unknown image', 'ami-0123456789abcdef0', new Date('2030-01-01'), 'InvalidAMIID.NotFound']
  ])('refuses %s', async (_, id, date, name) => {
    await expect(enable(id ?? own(), date)).rejects.toMatchObject({ name })
  })

  test('changes nothing in a dry run', async () => {
    const ImageId = own()
    const dry = new EnableImageDeprecationCommand({ ImageId, DeprecateAt: later({ years: 1 }), DryRun: true })
    await expect(clients.ec2.send(dry)).rejects.toMatchObject({ name: 'DryRunOperation' })
    expect(await shown(ImageId)).toBeUndefined()
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImageDeprecation.html
describe('DisableImageDeprecation', () => {
  test.each([
    ['to come', '2030-01-01T00:00:00.000Z'],
    ['past', '2020-01-01T00:00:00.000Z'],
    ['that is not set', undefined]
  ])('cancels a deprecation %s', async (_, DeprecationTime) => {
    const id = own({ DeprecationTime })
    expect(await disable(id)).toMatchObject({ Return: true })
    expect(await shown(id)).toBeUndefined()
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html (make the AMI private first)
  test('refuses a public image', async () => {
    await expect(disable(own(PUBLIC))).rejects.toMatchObject({ name: 'OperationNotPermitted' })
  })

  test.each([
    ['no image', '', 'MissingParameter'],
    ["someone else's image", IMAGES.linux, 'AuthFailure']
  ])('refuses %s', async (_, id, name) => {
    await expect(disable(id)).rejects.toMatchObject({ name })
  })
})
