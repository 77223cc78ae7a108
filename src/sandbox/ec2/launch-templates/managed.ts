import type { OperatorRequest, OperatorResponse } from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { LaunchTemplateRecord } from './record.ts'

/** What a template says of the service that made it for itself. */
export const operatorOf = (asked: OperatorRequest | undefined): OperatorResponse =>
  asked?.Principal ? { Managed: true, Principal: asked.Principal, HiddenByDefault: true } : { Managed: false }

/**
 * Whether a describe operation shows a template: one that a service manages is hidden, unless it is asked for or the
 * account shows such ones by default.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/managed-resource-visibility-settings.html
 */
export function isShown(
  { template }: LaunchTemplateRecord,
  asked: { readonly isNamed: boolean; readonly all: boolean | undefined },
  { region, account }: Call
): boolean {
  if (!template.Operator?.HiddenByDefault) return true
  return asked.isNamed || asked.all === true || region.managedVisibility.get(account) === 'visible'
}

/** Refuses a change to what a service manages: that is the service's to make. Errors: OperationNotPermitted. */
export function checkOperator({ template }: LaunchTemplateRecord): void {
  const { Managed: managed, Principal: principal } = template.Operator ?? {}
  if (!managed) return
  const sentence = `The launch template '${template.LaunchTemplateId}' is managed by ${principal} and can't be modified or deleted directly.`
  throw new ServiceError('OperationNotPermitted', sentence)
}
