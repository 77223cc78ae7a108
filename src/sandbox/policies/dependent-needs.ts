import type { Call } from '../handler.ts'
import type { Need } from './decide.ts'
import { requestContext, withKeys } from './request-context.ts'
import { parameterArn } from './service-needs.ts'

interface Dependent {
  /** Of a launch configuration: its name or ARN. */
  readonly IamInstanceProfile?: { readonly Arn?: string; readonly Name?: string } | string
  readonly ImageId?: string
  readonly ServiceRoleArn?: string
}

/**
 * What a request needs beside its own action, where the service asks for it at once:
 * - iam:PassRole for the role of an instance profile, which the sandbox takes to have the profile's name
 *   (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html), and for the role of a command
 * - ssm:GetParameters for an image that a parameter names
 *   (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-systems-manager-parameter-to-find-AMI.html)
 */
export function dependentNeeds(input: Dependent, call: Call): Need[] {
  const { IamInstanceProfile: profile, ImageId, ServiceRoleArn } = input
  const given = typeof profile === 'string' ? profile : (profile?.Name ?? profile?.Arn)
  const name = given?.replace(/^.*\//, '')
  const parameter = /^resolve:ssm:([^:]+)/.exec(ImageId ?? '')?.[1]
  return [
    ...(name ? [passRole(`arn:aws:iam::${call.account}:role/${name}`, 'ec2.amazonaws.com', call)] : []),
    ...(ServiceRoleArn ? [passRole(ServiceRoleArn, 'ssm.amazonaws.com', call)] : []),
    ...(parameter
      ? [{ action: 'ssm:GetParameters', resource: parameterArn(parameter, call), context: requestContext(call) }]
      : [])
  ]
}

const passRole = (resource: string, service: string, call: Call): Need => ({
  action: 'iam:PassRole',
  resource,
  context: withKeys(requestContext(call), { 'iam:PassedToService': service })
})
