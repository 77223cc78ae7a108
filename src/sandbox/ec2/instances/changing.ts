import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { InstanceRecord } from '../../world/records.ts'
import type { Life } from './life.ts'
import { checkOperator } from './managed.ts'
import { selectInstances } from './visible.ts'

/**
 * The instances that a request is to change. One that is not there, or that a service manages, fails the whole request
 * before any effect. Errors: MissingParameter, InvalidInstanceID.*, OperationNotPermitted.
 */
export function instancesToChange({ InstanceIds: ids }: { InstanceIds?: string[] | undefined }, call: Call) {
  if (!ids?.length) throw missingParameter('InstanceId')
  const records = selectInstances(ids, call)
  for (const record of records) checkOperator(record)
  return records
}

/** The refusal of what an attribute protects an instance from. */
export function notPermitted(id: string, done: string, attribute: string): ServiceError {
  const sentence = `The instance '${id}' may not be ${done}. Modify its '${attribute}' instance attribute and try again.`
  return new ServiceError('OperationNotPermitted', sentence)
}

export const lifeOf = (record: InstanceRecord, { world, region }: Call): Life => ({ world, region, record })
