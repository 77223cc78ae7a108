import { DescribeInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served } from '../../../support/sandbox.ts'
import { seeder } from '../fixture.ts'
import { launch } from '../make.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))

async function launchIn(clients: Clients, zone: string, DisableApiTermination = false): Promise<string> {
  const { InstanceId = '' } = await launch(clients, { Placement: { AvailabilityZone: zone }, DisableApiTermination })
  return InstanceId
}

async function statesOf({ ec2 }: Clients, ids: string[]): Promise<(string | undefined)[]> {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: ids }))
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances)
  return ids.map(id => instances.find(({ InstanceId }) => InstanceId === id)?.State?.Name)
}

// The example of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
test('a protected instance keeps those of its own zone from being terminated; those of others are, and the request fails', async () => {
  const clients = clientsFor(sandbox.url)
  const a = await launchIn(clients, 'us-east-1a')
  const b = await launchIn(clients, 'us-east-1a')
  const c = await launchIn(clients, 'us-east-1b', true)
  const d = await launchIn(clients, 'us-east-1b')
  const refused = clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [a, b, c, d] }))
  await expect(refused).rejects.toMatchObject({ name: 'OperationNotPermitted', message: expect.stringContaining(c) })
  expect(await statesOf(clients, [a, b, c, d])).toEqual(['shutting-down', 'shutting-down', 'pending', 'pending'])
})

test('a dry run says that an instance is protected, and terminates none', async () => {
  const clients = clientsFor(sandbox.url)
  const ids = [await launchIn(clients, 'us-east-1a'), await launchIn(clients, 'us-east-1b', true)]
  const refused = clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: ids, DryRun: true }))
  await expect(refused).rejects.toMatchObject({ name: 'OperationNotPermitted' })
  expect(await statesOf(clients, ids)).toEqual(['pending', 'pending'])
})
