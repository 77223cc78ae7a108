import {
  CreateFleetCommand,
  type CreateFleetRequest,
  CreateLaunchTemplateCommand,
  CreateTagsCommand,
  DeleteFleetsCommand,
  DescribeFleetInstancesCommand,
  DescribeFleetsCommand,
  DescribeInstancesCommand,
  type FleetLaunchTemplateOverridesRequest,
  type Instance
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { settle } from '../make.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)
beforeEach(async () => {
  sandbox.world.region('us-east-1', '').shortages.length = 0
  const LaunchTemplateData = { ImageId: IMAGES.linux, UserData: Buffer.from('#!/bin/sh\n').toString('base64') }
  const request = { LaunchTemplateName: 'packer', LaunchTemplateData }
  await clients.ec2.send(new CreateLaunchTemplateCommand(request))
})

const TYPES: FleetLaunchTemplateOverridesRequest[] = [{ InstanceType: 't3.micro' }, { InstanceType: 't3.small' }]

/** What Packer asks for: https://github.com/hashicorp/packer/blob/v1.6.6/builder/amazon/common/step_run_spot_instance.go */
const create = (change: Partial<CreateFleetRequest> = {}) => {
  const LaunchTemplateSpecification = { LaunchTemplateName: 'packer', Version: '1' }
  return clients.ec2.send(
    new CreateFleetCommand({
      Type: 'instant',
      LaunchTemplateConfigs: [{ LaunchTemplateSpecification, Overrides: TYPES }],
      TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'spot' },
      ...change
    })
  )
}

async function instancesOf(ids: string[] | undefined): Promise<Instance[]> {
  const { Reservations = [] } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: ids ?? [] }))
  return Reservations.flatMap(({ Instances = [] }) => Instances)
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instant-fleet.html
describe('an instant fleet', () => {
  test('answers with the instance that it has launched, whose spot request can be tagged', async () => {
    const TagSpecifications = [{ ResourceType: 'instance' as const, Tags: [{ Key: 'Name', Value: 'builder' }] }]
    const { FleetId, Instances, Errors } = await create({ TagSpecifications })
    expect([Instances?.length, Errors]).toEqual([1, []])
    expect(Instances?.[0]).toMatchObject({ Lifecycle: 'spot', InstanceType: 't3.micro' })
    const [instance] = await instancesOf(Instances?.[0]?.InstanceIds)
    expect(instance).toMatchObject({ ImageId: IMAGES.linux, InstanceLifecycle: 'spot' })
    expect(instance?.Tags).toContainEqual({ Key: 'Name', Value: 'builder' })
    expect(instance?.Tags).toContainEqual({ Key: 'aws:ec2:fleet-id', Value: FleetId })
    const Resources = [instance?.SpotInstanceRequestId ?? '']
    await clients.ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: 'of', Value: 'packer' }] }))
  })

  test('goes on to the next override where there is no capacity, and says what failed', async () => {
    sandbox.world.region('us-east-1', '').shortages.push({ instanceType: 't3.micro' })
    const { Instances, Errors } = await create()
    expect(Instances?.[0]).toMatchObject({ InstanceType: 't3.small' })
    expect(Errors).toMatchObject([
      {
        ErrorCode: 'InsufficientInstanceCapacity',
        LaunchTemplateAndOverrides: { Overrides: { InstanceType: 't3.micro' } }
      }
    ])
  })

  test('that gets nothing answers errors only', async () => {
    sandbox.world.region('us-east-1', '').shortages.push({})
    const { FleetId = '', Instances, Errors } = await create()
    expect([Instances, Errors?.length]).toEqual([[], 2])
    const { Fleets } = await clients.ec2.send(new DescribeFleetsCommand({ FleetIds: [FleetId] }))
    expect(Fleets).toMatchObject([{ ActivityStatus: 'error', FulfilledCapacity: 0 }])
  })

  test('splits its capacity between the markets', async () => {
    const TargetCapacitySpecification = { TotalTargetCapacity: 3, SpotTargetCapacity: 1 }
    const { Instances = [] } = await create({ TargetCapacitySpecification })
    expect(Instances.map(({ Lifecycle, InstanceIds }) => [Lifecycle, InstanceIds?.length])).toEqual([
      ['on-demand', 2],
      ['spot', 1]
    ])
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFleets.html
  test('is described by its id only', async () => {
    const { FleetId = '', Instances } = await create()
    expect((await clients.ec2.send(new DescribeFleetsCommand({}))).Fleets).toEqual([])
    const { Fleets } = await clients.ec2.send(new DescribeFleetsCommand({ FleetIds: [FleetId] }))
    expect(Fleets).toMatchObject([{ FleetId, Type: 'instant', ActivityStatus: 'fulfilled', Instances }])
    const { ActiveInstances } = await clients.ec2.send(new DescribeFleetInstancesCommand({ FleetId }))
    expect(ActiveInstances).toMatchObject([{ InstanceId: Instances?.[0]?.InstanceIds?.[0], InstanceHealth: 'healthy' }])
  })

  test('launches once for the same ClientToken', async () => {
    const [first, second] = [await create({ ClientToken: 'once' }), await create({ ClientToken: 'once' })]
    expect(second).toMatchObject({ FleetId: first.FleetId, Instances: first.Instances })
    expect(await instancesOf([])).toHaveLength(1)
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFleets.html
  test('takes its instances with it', async () => {
    const { FleetId = '', Instances } = await create()
    const remove = (TerminateInstances: boolean) =>
      clients.ec2.send(new DeleteFleetsCommand({ FleetIds: [FleetId], TerminateInstances }))
    await expect(remove(false)).rejects.toMatchObject({ name: 'InvalidParameterCombination' })
    const { SuccessfulFleetDeletions } = await remove(true)
    expect(SuccessfulFleetDeletions).toMatchObject([{ CurrentFleetState: 'deleted_terminating' }])
    await settle(sandbox)
    expect(await instancesOf(Instances?.[0]?.InstanceIds)).toMatchObject([{ State: { Name: 'terminated' } }])
  })
})
