import { DeregisterImageCommand } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served, useClients } from '../../../support/sandbox.ts'
import { seeder } from '../fixture.ts'
import { createImage, launched } from '../make.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)

const stopped = (from: Clients = clients) => launched(sandbox, from, 'stopped')

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html (Name)
describe('the name of an image', () => {
  test.each([
    ['of 2 characters', 'ab', false],
    ['of 3 characters', 'abc', true],
    ['of 128 characters', 'a'.repeat(128), true],
    ['of 129 characters', 'a'.repeat(129), false],
    ['with all that is allowed', "A z9()[] ./-'@_", true],
    ['with a colon', 'web:1', false],
    ['with a letter beyond ASCII', 'wéb', false],
    ['with a line break', 'web\n1', false]
  ])('%s', async (_, Name, isValid) => {
    const created = createImage(clients, { InstanceId: await stopped(), Name })
    if (isValid) expect(await created).toMatch(/^ami-/)
    else await expect(created).rejects.toMatchObject({ name: 'InvalidAMIName.Malformed' })
  })

  test('is taken while its image is pending', async () => {
    const InstanceId = await stopped()
    const first = await createImage(clients, { InstanceId, Name: 'taken' })
    await expect(createImage(clients, { InstanceId, Name: 'taken' })).rejects.toMatchObject({
      name: 'InvalidAMIName.Duplicate',
      message: `AMI name taken is already in use by AMI ${first}`
    })
  })

  test.each([
    ['another account', () => clientsFor(sandbox.url)],
    ['another region', () => clientsFor(sandbox.url, clients.account, 'eu-west-1')]
  ])('is free for %s', async (_, other) => {
    await createImage(clients, { InstanceId: await stopped(), Name: 'taken' })
    const others = other()
    expect(await createImage(others, { InstanceId: await stopped(others), Name: 'taken' })).toMatch(/^ami-/)
  })

  test('goes to one of two requests that come at once', async () => {
    const InstanceId = await stopped()
    const request = { InstanceId, Name: 'wanted' }
    const asked = await Promise.allSettled([createImage(clients, request), createImage(clients, request)])
    expect(asked.map(({ status }) => status)).toEqual(expect.arrayContaining(['fulfilled', 'rejected']))
  })

  test('is free again once its image is deregistered', async () => {
    const InstanceId = await stopped()
    const ImageId = await createImage(clients, { InstanceId, Name: 'freed' })
    await clients.ec2.send(new DeregisterImageCommand({ ImageId }))
    expect(await createImage(clients, { InstanceId, Name: 'freed' })).toMatch(/^ami-/)
  })
})
