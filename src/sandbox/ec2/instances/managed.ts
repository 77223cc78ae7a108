import { ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { InstanceRecord } from '../../world/records.ts'

interface Asked {
  readonly InstanceIds?: readonly string[] | undefined
  readonly IncludeManagedResources?: boolean | undefined
}

/**
 * Whether a describe operation shows an instance: one that a service manages may be hidden, unless it is asked for or
 * the account shows such ones by default.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/amazon-ec2-managed-instances.html
 */
export function isShown({ instance }: InstanceRecord, asked: Asked, { region, account }: Call): boolean {
  const { InstanceIds: ids, IncludeManagedResources: all } = asked
  if (!instance.Operator?.HiddenByDefault) return true
  return (
    all === true || ids?.includes(instance.InstanceId) === true || region.managedVisibility.get(account) === 'visible'
  )
}

/** Refuses a change to what a service manages: that is the service's to make. Errors: OperationNotPermitted. */
export function checkOperator({ instance }: InstanceRecord): void {
  const { Managed: managed, Principal: principal } = instance.Operator ?? {}
  if (!managed) return
  const sentence = `The instance '${instance.InstanceId}' is managed by ${principal} and can't be modified or terminated directly. Use the service that manages it.`
  throw new ServiceError('OperationNotPermitted', sentence)
}
