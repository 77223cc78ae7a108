import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { ServiceError } from '../errors.ts'
import type { Call } from '../handler.ts'
import type { Operation, Service } from '../wire/operations.ts'
import { type Decision, decide, type Need } from './decide.ts'
import { dependentNeeds } from './dependent-needs.ts'
import { ec2Needs, needOn } from './ec2-needs.ts'
import { launchOfGroup } from './group-launch.ts'
import { withTemplateIfAny } from './launch-needs.ts'
import type { Policies } from './policies.ts'
import { serviceNeeds } from './service-needs.ts'
import { checkTrust } from './trust.ts'

/** What the policies of a caller say. */
export interface Rights {
  /** Whether it may do something with a resource of EC2, for services that find out later. */
  mayOn(action: string, id: string): boolean
  may(need: Need): boolean
}

/**
 * Refuses a call that the policies of its principal, or a role's trust policy, do not allow, also one that is a dry run.
 * Undefined for a principal without policies. Errors: UnauthorizedOperation of EC2, AccessDeniedException or AccessDenied of the other services.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function authorise(policies: Policies, operation: Operation, input: object, call: Call): Rights | undefined {
  const trust = operation.service === 'sts' && policies.trustOf((input as { RoleArn?: string }).RoleArn ?? '')
  if (trust) checkTrust(trust, operation.name, input, call)
  const statements = policies.of(call.principal)
  if (!statements) return undefined
  const { service, name } = operation
  for (const need of needsOf(service, name, input, call)) {
    const decision = decide(statements, need)
    if (decision !== 'allowed') throw denial(service, decision, need, call)
  }
  const may = (need: Need) => decide(statements, need) === 'allowed'
  return { may, mayOn: (action, id) => may(needOn(action, id, call)) }
}

function needsOf(service: Service, name: string, input: object, call: Call): Need[] {
  if (service === 'ec2') return ec2CallNeeds(name, input, call)
  const launch = service === 'autoscaling' ? launchOfGroup(name, input) : undefined
  return [
    ...serviceNeeds(service, name, input, call),
    ...dependentNeeds(input, call),
    ...(launch ? ec2CallNeeds('RunInstances', launch, call) : [])
  ]
}

function ec2CallNeeds(name: string, input: object, call: Call): Need[] {
  const whole = name === 'RunInstances' ? withTemplateIfAny(input as RunInstancesRequest, call) : input
  return [...ec2Needs(name, whole, call), ...dependentNeeds(whole, call)]
}

/**
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html (UnauthorizedOperation)
 */
function denial(service: string, decision: Decision, { action, resource }: Need, { principal }: Call): ServiceError {
  const on = resource === '*' ? '' : ` on resource: ${resource}`
  const why =
    decision === 'explicit deny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`
  const sentence = `User: ${principal} is not authorized to perform: ${action}${on} ${why}`
  if (service === 'ec2') {
    return new ServiceError(
      'UnauthorizedOperation',
      `You are not authorized to perform this operation. ${sentence}`,
      403
    )
  }
  if (service === 'sts' || service === 'autoscaling') return new ServiceError('AccessDenied', sentence, 403)
  return new ServiceError('AccessDeniedException', sentence)
}
