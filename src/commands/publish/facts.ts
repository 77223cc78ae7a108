import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling'
import type { Image, LaunchPermission } from '@aws-sdk/client-ec2'
import type { Place } from '../place.ts'
import type { TemplateFacts } from '../steps/launch-template.ts'
import type { ParameterFacts } from '../steps/parameter.ts'

/** An image to publish, as its owner sees it. */
export interface HeadFacts {
  readonly place: Place
  readonly image: Image & { readonly ImageId: string }
  /** All images of its family that the owner has in the region. */
  readonly family: readonly Image[]
  readonly permissions: readonly LaunchPermission[]
  /** What its snapshots are encrypted with. */
  readonly keys: readonly KeyFacts[]
}

export interface KeyFacts {
  readonly arn: string
  readonly manager: 'AWS' | 'CUSTOMER' | 'unknown'
  /** Absent where this account may not read it. */
  readonly policy?: string
}

/** A place where instances are to be launched from the image. */
export interface PlaceFacts {
  readonly place: Place
  readonly head: HeadFacts
  /** Whether the image is the place's own; else it is one of the home account's that is shared. */
  readonly isOwn: boolean
  readonly parameter?: ParameterFacts
  readonly template?: TemplateFacts
  /** Those that the recipe names and the place has. */
  readonly groups: readonly AutoScalingGroup[]
}
