import type {
  DeleteFleetErrorCode,
  DeleteFleetErrorItem,
  DeleteFleetSuccessItem,
  DeleteFleetsRequest,
  DeleteFleetsResult
} from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { checkId } from '../../world/ids.ts'
import { stopDryRun } from '../dryrun.ts'
import { terminate } from '../instances/guest-end.ts'
import { stateOf } from '../instances/states.ts'
import type { FleetRecord } from './record.ts'

/**
 * Deletes fleets, with their instances or without. Each one fails or succeeds for itself; the instances of an instant
 * fleet always go with it.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFleets.html
 */
const deleteFleets: Handler<DeleteFleetsRequest, DeleteFleetsResult> = (input, call) => {
  if (!input.FleetIds?.length) throw missingParameter('FleetId')
  if (input.TerminateInstances === undefined) throw missingParameter('TerminateInstances')
  const all = input.TerminateInstances
  const instant = input.FleetIds.find(id => call.region.fleets.get(id)?.fleet.Type === 'instant')
  if (instant && !all) {
    const sentence = `The instances of the instant fleet '${instant}' cannot be kept when it is deleted`
    throw new ServiceError('InvalidParameterCombination', sentence)
  }
  stopDryRun(input)
  const SuccessfulFleetDeletions: DeleteFleetSuccessItem[] = []
  const UnsuccessfulFleetDeletions: DeleteFleetErrorItem[] = []
  for (const FleetId of input.FleetIds) {
    const found = findFleet(FleetId, call)
    if ('fleet' in found) SuccessfulFleetDeletions.push(deleteFleet(found, all, call))
    else UnsuccessfulFleetDeletions.push({ FleetId, Error: found })
  }
  return { SuccessfulFleetDeletions, UnsuccessfulFleetDeletions }
}

function findFleet(id: string, call: Call): FleetRecord | { Code: DeleteFleetErrorCode; Message: string } {
  try {
    checkId('fleet', id)
  } catch (error) {
    return { Code: 'fleetIdMalformed', Message: (error as ServiceError).message }
  }
  const record = call.region.fleets.get(id)
  if (record?.ownerId !== call.account) {
    return { Code: 'fleetIdDoesNotExist', Message: `The fleet ID '${id}' does not exist` }
  }
  if (record.fleet.FleetState === 'active') return record
  return { Code: 'fleetNotInDeletableState', Message: `The fleet '${id}' is ${record.fleet.FleetState}` }
}

function deleteFleet(
  { fleet, instanceIds }: FleetRecord,
  all: boolean,
  { world, region }: Call
): DeleteFleetSuccessItem {
  const PreviousFleetState = fleet.FleetState
  fleet.FleetState = all ? 'deleted_terminating' : 'deleted_running'
  for (const id of all ? instanceIds : []) {
    const record = region.instances.get(id)
    if (record && !['shutting-down', 'terminated'].includes(stateOf(record)))
      terminate({ world, region, record }, false)
  }
  return { FleetId: fleet.FleetId, PreviousFleetState, CurrentFleetState: fleet.FleetState }
}

export const deleteFleetHandlers = { DeleteFleets: deleteFleets } satisfies Handlers
