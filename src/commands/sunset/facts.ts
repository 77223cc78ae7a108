import type { LaunchPermission } from '@aws-sdk/client-ec2'
import type { AmiError } from '../../errors.ts'
import type { Read } from '../verify/facts.ts'

/** All that a sunset decides by. */
export interface SunsetFacts {
  /** EC2's time. */
  readonly now: Date
  readonly places: readonly PlaceFacts[]
}

/** A region of an account. */
export interface PlaceFacts {
  /** As outputs name it: `us-east-1`, or `111122223333/us-east-1`. */
  readonly place: string
  readonly account: string
  /** The same, where it is not the account of the credentials. */
  readonly member?: string
  readonly region: string
  /** All images with the family's tag that the account owns, in whatever state. */
  readonly images: Read<readonly ImageFacts[]>
  /** What was asked who uses which image. */
  readonly sources: readonly SourceFacts[]
  /** The snapshots with the family's tag, and those of its images. */
  readonly snapshots: Read<readonly SnapshotFacts[]>
  /** Ids of the snapshots that an image of whatever kind or state, or a launch template, stands on. */
  readonly usedSnapshots: Read<ReadonlySet<string>>
  /** The retention rules of the Recycle Bin. */
  readonly bin: Read<readonly RetentionRule[]>
  /** Ids of the images that are in the Recycle Bin. */
  readonly recycled: Read<ReadonlySet<string>>
  readonly machines: Read<readonly MachineFacts[]>
  /** What takes one read for each image, by id; of those that were looked at. */
  readonly details: ReadonlyMap<string, ImageDetails>
}

export interface ImageFacts {
  readonly imageId: string
  readonly ownerId: string
  readonly name: string
  readonly architecture: string
  /** As EC2 says it: `available`, `disabled`, `pending` and so on. */
  readonly state: string
  readonly isPublic: boolean
  readonly tags: Readonly<Record<string, string>>
  readonly snapshotIds: readonly string[]
  /** May lie in the future. */
  readonly deprecatedAt?: Date
  /** As EC2 knows it, up to a day late; absent where it was never launched. */
  readonly lastLaunchedAt?: Date
  /** As EC2 says it, such as `enabled-with-cooldown`. */
  readonly protection: string
}

export interface SourceFacts {
  readonly name: string
  readonly uses: readonly Use[]
  /** Why the uses may not be all. */
  readonly missing?: AmiError
}

/** Something that uses an image. */
export interface Use {
  readonly imageId: string
  /** As part of a sentence: "the instance i-…". */
  readonly by: string
}

export interface SnapshotFacts {
  readonly snapshotId: string
  readonly tags: Readonly<Record<string, string>>
  readonly startedAt?: Date
  /** Of all its blocks, whether it shares them with others or not. */
  readonly sizeBytes: number
  readonly isLocked: boolean
  /** The image that it was made for, as tag or description tell; absent where they don't. */
  readonly imageId?: string
}

/** @see https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_GetRule.html */
export interface RetentionRule {
  readonly id: string
  readonly resourceType: 'EC2_IMAGE' | 'EBS_SNAPSHOT'
  readonly retentionDays: number
  readonly isAvailable: boolean
  /** None: all of the region, but what has one of the excluded tags. */
  readonly tags: readonly RuleTag[]
  readonly excludedTags: readonly RuleTag[]
}

export interface RuleTag {
  readonly key: string
  /** Absent means any. */
  readonly value?: string
}

/** An instance, or a spot request. */
export interface MachineFacts {
  readonly kind: 'instance' | 'spot request'
  readonly id: string
  readonly state: string
  readonly tags: Readonly<Record<string, string>>
  /** Of an instance. */
  readonly clientToken?: string
  /** Whether a service of AWS manages it. */
  readonly isManaged: boolean
}

export interface ImageDetails {
  readonly launchPermissions: Read<readonly LaunchPermission[]>
  readonly usage: Read<Usage>
  /** What EC2 itself knows to name it, in any version of any launch template. */
  readonly namedBy: Read<readonly string[]>
}

/** What EC2's report on the use of an image in other accounts says. */
export type Usage =
  | { readonly kind: 'none' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'available'; readonly at: Date; readonly accounts: readonly string[] }
