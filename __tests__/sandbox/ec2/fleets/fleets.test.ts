import {
  CreateFleetCommand,
  type CreateFleetRequest,
  DeleteFleetsCommand,
  DescribeFleetInstancesCommand,
  DescribeFleetsCommand,
  type DescribeFleetsRequest
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { changeAccount, serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'

const ABSENT = 'fleet-00000000-0000-4000-8000-000000000000'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)

const template = { LaunchTemplateName: 'web', Version: '1' }
const create = (change: Partial<CreateFleetRequest> = {}) =>
  clients.ec2.send(
    new CreateFleetCommand({
      LaunchTemplateConfigs: [{ LaunchTemplateSpecification: template, Overrides: [{ ImageId: IMAGES.linux }] }],
      TargetCapacitySpecification: {
        TotalTargetCapacity: 3,
        OnDemandTargetCapacity: 1,
        DefaultTargetCapacityType: 'spot'
      },
      ...change
    })
  )
const describeAll = async (request: DescribeFleetsRequest = {}) =>
  (await clients.ec2.send(new DescribeFleetsCommand(request))).Fleets ?? []
const remove = (FleetIds: string[], TerminateInstances = true) =>
  clients.ec2.send(new DeleteFleetsCommand({ FleetIds, TerminateInstances }))

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html
describe('a fleet that maintains its capacity', () => {
  test('is kept with the templates and images that it names', async () => {
    const Tags = [{ Key: 'of', Value: 'us' }]
    const { FleetId } = await create({ TagSpecifications: [{ ResourceType: 'fleet', Tags }] })
    expect(FleetId).toMatch(/^fleet-[0-9a-f-]{36}$/)
    expect(await describeAll()).toMatchObject([
      {
        FleetId,
        FleetState: 'active',
        Type: 'maintain',
        LaunchTemplateConfigs: [{ LaunchTemplateSpecification: template, Overrides: [{ ImageId: IMAGES.linux }] }],
        TargetCapacitySpecification: { TotalTargetCapacity: 3 },
        Tags
      }
    ])
    const { ActiveInstances } = await clients.ec2.send(new DescribeFleetInstancesCommand({ FleetId }))
    expect(ActiveInstances).toEqual([])
  })

  test.each([
    ['type', ['maintain'], 1],
    ['type', ['request'], 0],
    ['fleet-state', ['active', 'deleted'], 1]
  ])('is found by %s = %j', async (Name, Values, count) => {
    await create()
    expect(await describeAll({ Filters: [{ Name, Values }] })).toHaveLength(count)
  })

  test('is shown to its account only', async () => {
    const { FleetId = '' } = await create()
    changeAccount(sandbox, clients)
    expect(await describeAll()).toEqual([])
    await expect(describeAll({ FleetIds: [FleetId] })).rejects.toMatchObject({ name: 'InvalidFleetId.NotFound' })
  })

  test.each([
    ['no template', { LaunchTemplateConfigs: [] }, 'MissingParameter'],
    [
      'no version',
      { LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateName: 'x' } }] },
      'MissingParameter'
    ],
    ['a type of its own', { Type: 'always' as 'maintain' }, 'InvalidParameterValue'],
    [
      'more of one market than in all',
      { TargetCapacitySpecification: { TotalTargetCapacity: 1, SpotTargetCapacity: 2 } },
      'InvalidFleetConfiguration'
    ],
    [
      'tags for instances that it launches later',
      { TagSpecifications: [{ ResourceType: 'instance', Tags: [] }] },
      'InvalidParameterValue'
    ],
    [
      'capacity that is reserved, which is not modelled',
      { ReservedCapacityOptions: { ReservationTypes: ['capacity-block'] } },
      'UnsupportedOperation'
    ],
    ['a dry run', { DryRun: true }, 'DryRunOperation']
  ] as [string, Partial<CreateFleetRequest>, string][])('is refused with %s', async (_, change, name) => {
    await expect(create(change)).rejects.toMatchObject({ name })
    expect(await describeAll()).toEqual([])
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFleets.html
describe('deleting fleets', () => {
  test('succeeds or fails for each of them', async () => {
    const { FleetId = '' } = await create()
    const answer = await remove([FleetId, ABSENT, 'fleet-1'], false)
    expect(answer.SuccessfulFleetDeletions).toEqual([
      { FleetId, PreviousFleetState: 'active', CurrentFleetState: 'deleted_running' }
    ])
    expect(answer.UnsuccessfulFleetDeletions?.map(({ FleetId: id, Error: error }) => [id, error?.Code])).toEqual([
      [ABSENT, 'fleetIdDoesNotExist'],
      ['fleet-1', 'fleetIdMalformed']
    ])
    const again = await remove([FleetId])
    expect(again.UnsuccessfulFleetDeletions).toMatchObject([{ Error: { Code: 'fleetNotInDeletableState' } }])
  })
})
