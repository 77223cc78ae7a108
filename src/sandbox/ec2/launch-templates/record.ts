import type { LaunchTemplate, LaunchTemplateVersion, RequestLaunchTemplateData } from '@aws-sdk/client-ec2'
import type { Resource } from '../../world/records.ts'

/** A version, without what is told from its template. */
export type TemplateVersion = Omit<LaunchTemplateVersion, 'LaunchTemplateData' | 'DefaultVersion'> & {
  readonly VersionNumber: number
  /** As it was given. */
  readonly LaunchTemplateData: RequestLaunchTemplateData
}

export interface LaunchTemplateRecord extends Resource {
  readonly template: LaunchTemplate & {
    readonly LaunchTemplateId: string
    readonly LaunchTemplateName: string
    DefaultVersionNumber: number
    LatestVersionNumber: number
  }
  /** By number, in the order in which they were made. */
  readonly versions: Map<number, TemplateVersion>
  /** How many versions there have ever been: the number of a deleted one is not used again. */
  versionsMade: number
}
