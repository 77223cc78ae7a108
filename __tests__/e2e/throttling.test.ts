import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2'
import { expect, test } from '@jest/globals'
import { newAccount, Sandbox } from './support/sandbox.ts'

/** @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html */
test.each([
  ['aws', true],
  ['0.05', false],
  ['instant', false]
])('with --latency %s requests beyond their bucket are refused: %s', async (latency, isRefused) => {
  await using sandbox = await Sandbox.start('--guests', 'scripted', '--latency', latency)
  const credentials = { accessKeyId: newAccount(), secretAccessKey: 'x' }
  const ec2 = new EC2Client({ endpoint: sandbox.url, region: 'us-east-1', credentials, maxAttempts: 1 })
  const calls = Array.from({ length: 300 }, () => ec2.send(new DescribeInstancesCommand({})))
  const outcomes = await Promise.allSettled(calls)
  expect(outcomes.some(({ status }) => status === 'rejected')).toBe(isRefused)
})
