import { expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { clientsFor, serve, served } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'
import { launch } from '../ec2/make.ts'
import { ask } from './control-client.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html#troubleshooting-launch-capacity
test('shortages: launches find none in a zone, others are told of it; an empty list ends them', async () => {
  const clients = clientsFor(sandbox.url)
  const set = (shortages: object[]) =>
    ask(sandbox, 'POST', 'capacity', { region: 'us-east-1', account: clients.account, shortages })
  const inZone = (letter: string) => launch(clients, { Placement: { AvailabilityZone: `us-east-1${letter}` } })
  await set([{ zone: 'us-east-1a', instanceType: 't3.micro' }])
  await expect(inZone('a')).rejects.toMatchObject({ name: 'InsufficientInstanceCapacity' })
  await expect(inZone('b')).resolves.toBeDefined()
  await set([])
  await expect(inZone('a')).resolves.toBeDefined()
})

test('vcpuQuotas: what an account may have running', async () => {
  const clients = clientsFor(sandbox.url)
  const { account } = clients
  await ask(sandbox, 'POST', 'capacity', { region: 'us-east-1', account, vcpuQuotas: { 'on-demand': 2 } })
  await expect(launch(clients)).resolves.toBeDefined()
  await expect(launch(clients)).rejects.toMatchObject({ name: 'VcpuLimitExceeded' })
  await expect(launch(clientsFor(sandbox.url))).resolves.toBeDefined()
})

const fine = { region: 'us-east-1', account: '111122223333' }
test.each([
  [{}, 'region'],
  [{ ...fine, region: 'mars-1' }, 'region'],
  [{ ...fine, account: 'me' }, 'account'],
  [{ ...fine, shortages: [{ zones: 'a' }] }, 'zones'],
  [{ ...fine, vcpuQuotas: { reserved: 1 } }, 'vcpuQuotas']
])('refuses %j', async (body, message) => {
  expect(await ask(sandbox, 'POST', 'capacity', body)).toEqual({
    status: 400,
    value: { error: expect.stringContaining(message) }
  })
})
