import type { Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2'
import type { Handler, Handlers } from '../../handler.ts'
import { stopDryRun } from '../dryrun.ts'
import { once } from '../tokens.ts'
import { answerReservation } from './answer.ts'
import { launch } from './launch.ts'
import { planLaunch } from './plan-launch.ts'

/**
 * Launches instances. A repeated ClientToken answers with what it launched first, be it long terminated.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
 */
const runInstances: Handler<RunInstancesRequest, Reservation> = (input, call) => {
  if (input.DryRun) planLaunch(input, call)
  stopDryRun(input)
  const reservationId = once('RunInstances', input, call, () => launch(input, call))
  const launched = [...call.region.instances.values()].filter(record => record.reservationId === reservationId)
  return answerReservation(launched, call.account)
}

export const runHandlers = { RunInstances: runInstances } satisfies Handlers
