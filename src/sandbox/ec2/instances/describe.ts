import type { DescribeInstancesRequest, DescribeInstancesResult } from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'
import type { Handler, Handlers } from '../../handler.ts'
import { compileFilters } from '../../world/filters.ts'
import { paginate } from '../../world/pages.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { answerReservation } from './answer.ts'
import { instanceFields } from './describe-fields.ts'
import { isShown } from './managed.ts'
import { selectInstances } from './visible.ts'

/**
 * Lists instances by reservation, those that services manage and hide only where asked for.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
 */
const describeInstances: Handler<DescribeInstancesRequest, DescribeInstancesResult> = (input, call) => {
  checkPaging(input)
  const passes = compileFilters<InstanceRecord>(input.Filters, instanceFields)
  const found = selectInstances(input.InstanceIds, call).filter(
    record => isShown(record, input, call) && passes(record)
  )
  stopDryRun(input)
  const { page, ...rest } = paginate(found, input, { min: 5, max: 1000 })
  const reservations = new Map<string, InstanceRecord[]>()
  for (const record of page) {
    reservations.set(record.reservationId, [...(reservations.get(record.reservationId) ?? []), record])
  }
  return { Reservations: [...reservations.values()].map(records => answerReservation(records, call.account)), ...rest }
}

/** Ids are not answered in pages. Errors: InvalidParameterCombination. */
export function checkPaging({ InstanceIds: ids, MaxResults: size }: DescribeInstancesRequest): void {
  if (!ids?.length || size === undefined) return
  const sentence = 'The parameter instancesSet cannot be used with the parameter maxResults'
  throw new ServiceError('InvalidParameterCombination', sentence)
}

export const describeHandlers = { DescribeInstances: describeInstances } satisfies Handlers
