import type { LaunchTemplateSpecification } from '@aws-sdk/client-auto-scaling'
import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { ServiceError } from '../errors.ts'
import type { Call } from '../handler.ts'

/** A version of a launch template, as an instance names what it was launched from. */
export interface ResolvedTemplate {
  readonly specification: {
    readonly LaunchTemplateId: string
    readonly LaunchTemplateName: string
    readonly Version: string
  }
  /** Of its image: the id or `resolve:ssm:…`. */
  readonly image?: string | undefined
}

/** Finds the version that a specification means now. Errors: EC2's own. */
export function resolveTemplate(_: LaunchTemplateSpecification, __: Call): ResolvedTemplate {
  throw new ServiceError('UnsupportedOperation', 'The sandbox does not model launch templates yet')
}

/** What RunInstances is asked for by a template: its data, changed by the request's. */
export const requestOfTemplate = (
  LaunchTemplate: LaunchTemplateSpecification,
  request: Partial<RunInstancesRequest>,
  _: Call
): RunInstancesRequest => ({ MinCount: 1, MaxCount: 1, ...request, LaunchTemplate })
