import type { LaunchTemplateSpecification } from '@aws-sdk/client-auto-scaling'
import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { findTemplate, findVersion } from '../ec2/launch-templates/find.ts'
import { withTemplate } from '../ec2/launch-templates/launch-request.ts'
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
export function resolveTemplate(specification: LaunchTemplateSpecification, call: Call): ResolvedTemplate {
  const record = findTemplate(specification, call)
  const { VersionNumber, LaunchTemplateData } = findVersion(record, specification.Version)
  const { LaunchTemplateId, LaunchTemplateName } = record.template
  return {
    specification: { LaunchTemplateId, LaunchTemplateName, Version: String(VersionNumber) },
    image: LaunchTemplateData.ImageId
  }
}

/** What RunInstances is asked for by a template: its data, changed by the request's. */
export const requestOfTemplate = (
  LaunchTemplate: LaunchTemplateSpecification,
  request: Partial<RunInstancesRequest>,
  call: Call
): RunInstancesRequest => withTemplate({ MinCount: 1, MaxCount: 1, ...request, LaunchTemplate }, call)
