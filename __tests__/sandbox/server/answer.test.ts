import { DescribeImagesCommand, DescribeRegionsCommand } from '@aws-sdk/client-ec2'
import { DescribeKeyCommand, ListKeysCommand } from '@aws-sdk/client-kms'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { beforeAll, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
let clients: Clients
beforeAll(async () => {
  clients = clientsFor(sandbox.url)
})

const REQUEST_ID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)

test.each([
  ['ec2', () => clients.ec2.send(new DescribeRegionsCommand({}))],
  ['sts', () => clients.sts.send(new GetCallerIdentityCommand({}))],
  ['kms', () => clients.kms.send(new ListKeysCommand({}))]
])('answers of %s carry a request id', async (_, send) => {
  expect(await send()).toMatchObject({ $metadata: { requestId: REQUEST_ID } })
})

test.each([
  ['ec2', () => clients.ec2.send(new DescribeImagesCommand({ ImageIds: ['ami-1'] }))],
  ['kms', () => clients.kms.send(new DescribeKeyCommand({ KeyId: 'none' }))]
])('refusals of %s carry a request id', async (_, send) => {
  await expect(send()).rejects.toMatchObject({ $metadata: { requestId: REQUEST_ID } })
})

test('the id of the header is that of the body', async () => {
  const answer = await fetch(`${sandbox.url}/?Action=DescribeRegions`, { method: 'POST' })
  const id = /<RequestID>(.*)<\/RequestID>/.exec(await answer.text())?.[1]
  expect(answer.headers.get('x-amzn-requestid')).toBe(id)
})
