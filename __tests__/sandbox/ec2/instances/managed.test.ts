import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  type DescribeInstancesRequest,
  GetManagedResourceVisibilityCommand,
  ModifyInstanceAttributeCommand,
  ModifyInstanceMetadataOptionsCommand,
  ModifyManagedResourceVisibilityCommand,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { serve, served, useClients } from '../../../support/sandbox.ts'
import { seeder } from '../fixture.ts'
import { launched } from '../make.ts'

const Operator = { Managed: true, Principal: 'eks.amazonaws.com', HiddenByDefault: true }

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)
let hidden: string
beforeEach(async () => {
  hidden = await launched(sandbox, clients, 'running')
  Object.assign(sandbox.world.region('us-east-1', '').instances.get(hidden)?.instance ?? {}, { Operator })
})

async function found(request: DescribeInstancesRequest): Promise<(string | undefined)[]> {
  const { Reservations = [] } = await clients.ec2.send(new DescribeInstancesCommand(request))
  return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId))
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/amazon-ec2-managed-instances.html
describe('an instance that a service manages and hides', () => {
  test('is shown where managed resources are asked for', async () => {
    expect(await found({})).toEqual([])
    expect(await found({ IncludeManagedResources: true })).toEqual([hidden])
    const statuses = async (IncludeManagedResources: boolean) =>
      (await clients.ec2.send(new DescribeInstanceStatusCommand({ IncludeManagedResources }))).InstanceStatuses
    expect(await statuses(false)).toEqual([])
    expect(await statuses(true)).toMatchObject([{ InstanceId: hidden, Operator }])
  })

  test('is found by its operator', async () => {
    const Filters = [{ Name: 'operator.principal', Values: ['eks.*'] }]
    expect(await found({ IncludeManagedResources: true, Filters })).toEqual([hidden])
  })

  test('is shown to an account that has made them visible', async () => {
    const read = async () => (await clients.ec2.send(new GetManagedResourceVisibilityCommand({}))).Visibility
    expect(await read()).toEqual({ DefaultVisibility: 'hidden' })
    await clients.ec2.send(new ModifyManagedResourceVisibilityCommand({ DefaultVisibility: 'visible' }))
    expect(await read()).toEqual({ DefaultVisibility: 'visible' })
    expect(await found({})).toEqual([hidden])
  })

  test('is not to be changed by its account', async () => {
    const own = await launched(sandbox, clients, 'running')
    const InstanceIds = [own, hidden]
    const refusal = { name: 'OperationNotPermitted', message: expect.stringContaining('eks.amazonaws.com') }
    const { ec2 } = clients
    const one = { InstanceId: hidden }
    await expect(ec2.send(new StopInstancesCommand({ InstanceIds }))).rejects.toMatchObject(refusal)
    await expect(ec2.send(new StartInstancesCommand({ InstanceIds }))).rejects.toMatchObject(refusal)
    await expect(ec2.send(new RebootInstancesCommand({ InstanceIds }))).rejects.toMatchObject(refusal)
    await expect(ec2.send(new TerminateInstancesCommand({ InstanceIds }))).rejects.toMatchObject(refusal)
    const protect = new ModifyInstanceAttributeCommand({ ...one, DisableApiTermination: { Value: true } })
    await expect(ec2.send(protect)).rejects.toMatchObject(refusal)
    const tokens = new ModifyInstanceMetadataOptionsCommand({ ...one, HttpTokens: 'required' })
    await expect(ec2.send(tokens)).rejects.toMatchObject(refusal)
    const Filters = [{ Name: 'instance-state-name', Values: ['running'] }]
    expect(await found({ IncludeManagedResources: true, Filters })).toEqual([hidden, own])
  })
})
