import type { Image, ImageAncestryEntry, ImageFinding, LaunchPermission, Snapshot } from '@aws-sdk/client-ec2'
import type { KeyMetadata } from '@aws-sdk/client-kms'
import type { AmiError } from '../../errors.ts'
import type { BootReport } from './boot/boot-report.ts'

/** What could not be read is unknown, never good. */
export type Read<T> = { readonly value: T } | { readonly unknown: AmiError }

/** All that the checks of an image look at. */
export interface ImageFacts {
  readonly region: string
  /** EC2's time. */
  readonly now: Date
  readonly image: Image & { readonly ImageId: string }
  readonly snapshots: readonly Snapshot[]
  readonly launchPermissions: Read<readonly LaunchPermission[]>
  /** The image that it was baked from; none where that is gone, or was no image. */
  readonly base: Read<Image | undefined>
  readonly ancestry: Read<readonly ImageAncestryEntry[]>
  readonly findings: Read<readonly ImageFinding[]>
  /** By the name that the recipe has for them. */
  readonly keys: ReadonlyMap<string, Read<KeyMetadata | undefined>>
  /** Absent where it was not booted. */
  readonly boot?: Read<BootReport>
}
