import { DescribeInstancesCommand, RunInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { expect, test } from '@jest/globals'
import { advance, clientsFor, served, startSandbox } from '../../../support/sandbox.ts'

const sandbox = await served(startSandbox())

test('with instant latency, an image of the seed runs as soon as its launch was answered', async () => {
  const { ec2 } = clientsFor(sandbox.url)
  const parameter = 'aws//aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'
  const ImageId = sandbox.world.region('us-east-1', '').parameters.get(parameter)?.parameter.Value
  const request = { ImageId, InstanceType: 't3.micro' as const, MinCount: 1, MaxCount: 1 }
  const { Instances: [instance] = [] } = await ec2.send(new RunInstancesCommand(request))
  expect(instance?.State?.Name).toBe('pending')
  const InstanceIds = [instance?.InstanceId ?? '']
  await advance(sandbox, 0)
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds }))
  expect(Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('running')
  await ec2.send(new TerminateInstancesCommand({ InstanceIds }))
  await advance(sandbox, 0)
  const after = await ec2.send(new DescribeInstancesCommand({ InstanceIds }))
  expect(after.Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('terminated')
})
