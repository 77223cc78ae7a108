import {
  CancelSpotFleetRequestsCommand,
  CreateTagsCommand,
  DescribeSpotFleetRequestsCommand,
  RequestSpotFleetCommand,
  type SpotFleetRequestConfigData
} from '@aws-sdk/client-ec2'
import { expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)

const config = {
  IamFleetRole: 'arn:aws:iam::123456789012:role/fleet',
  TargetCapacity: 1,
  LaunchSpecifications: [{ ImageId: IMAGES.linux, InstanceType: 't3.micro' as const }]
}

async function request(change: Partial<SpotFleetRequestConfigData> = {}): Promise<string> {
  const command = new RequestSpotFleetCommand({ SpotFleetRequestConfig: { ...config, ...change } })
  return (await clients.ec2.send(command)).SpotFleetRequestId ?? ''
}

const describeAll = async () =>
  (await clients.ec2.send(new DescribeSpotFleetRequestsCommand({}))).SpotFleetRequestConfigs ?? []

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestSpotFleet.html
test('a spot fleet request is kept with the images that it names, and can be tagged', async () => {
  const id = await request()
  await clients.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'of', Value: 'us' }] }))
  expect(await describeAll()).toMatchObject([
    {
      SpotFleetRequestId: expect.stringMatching(/^sfr-[0-9a-f-]{36}$/),
      SpotFleetRequestState: 'active',
      SpotFleetRequestConfig: config,
      Tags: [{ Key: 'of', Value: 'us' }]
    }
  ])
})

test('a spot fleet request needs something to launch', async () => {
  await expect(request({ LaunchSpecifications: [] })).rejects.toMatchObject({ name: 'MissingParameter' })
})

test('the same ClientToken asks for one spot fleet', async () => {
  expect(await request({ ClientToken: 'once' })).toBe(await request({ ClientToken: 'once' }))
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelSpotFleetRequests.html
test('each spot fleet request is cancelled for itself', async () => {
  const id = await request()
  const absent = 'sfr-00000000-0000-4000-8000-000000000000'
  const command = new CancelSpotFleetRequestsCommand({ SpotFleetRequestIds: [id, absent], TerminateInstances: true })
  const answer = await clients.ec2.send(command)
  expect(answer.SuccessfulFleetRequests).toMatchObject([
    { PreviousSpotFleetRequestState: 'active', CurrentSpotFleetRequestState: 'cancelled_terminating' }
  ])
  expect(answer.UnsuccessfulFleetRequests).toMatchObject([{ Error: { Code: 'fleetRequestIdDoesNotExist' } }])
  expect(await describeAll()).toMatchObject([{ SpotFleetRequestState: 'cancelled_terminating' }])
})
