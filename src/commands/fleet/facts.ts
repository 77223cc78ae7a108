import type { Place } from '../place.ts'

/** An instance, as far as it matters here: thousands of them are kept. */
export interface InstanceFacts {
  readonly instanceId: string
  readonly imageId: string
  readonly name: string
  readonly state: string
  readonly zone: string
  /** When it was started last. */
  readonly launchedAt: Date
  /** The Auto Scaling group that it belongs to. */
  readonly group?: string
  /** The service that manages it. */
  readonly managedBy?: string
  /** Whether this action launched it, for a bake or a test. */
  readonly isOwn: boolean
  /** Whether it has a tag that spares it. */
  readonly isExcluded: boolean
  readonly isSpot: boolean
  /** Without a root volume of EBS it can't be stopped. */
  readonly hasEbsRoot: boolean
  /** Whether it has EBS volumes. */
  readonly hasVolumes: boolean
  /** What earlier runs have noted on it. */
  readonly unapprovedSince?: Date
  readonly stoppedAt?: Date
}

/** An image, as its owner describes it where that is the home account; else as whoever has instances of it sees it. */
export interface KnownImage {
  readonly imageId: string
  readonly name: string
  readonly state: string
  /** An account id, and the alias of an owner that has one. */
  readonly owners: readonly string[]
  readonly madeAt?: Date
  readonly deprecatedAt?: Date
  /** Of the home account's images only: nobody else can see their tags. */
  readonly tags?: Readonly<Record<string, string>>
}

/** What instances would be launched from. */
export interface LaunchSource {
  readonly kind: 'launch template' | 'Auto Scaling group'
  readonly name: string
  /** Of a template: which versions; of a group: what it launches from. */
  readonly by: string
  /** What it would launch; empty where that is not known. */
  readonly imageIds: readonly string[]
  /** Whether the image is named by a Systems Manager parameter. */
  readonly usesParameter: boolean
}

/** One region of one account, read completely: a place where a read failed has no facts at all. */
export interface PlaceFacts {
  readonly place: Place
  readonly instances: readonly InstanceFacts[]
  readonly images: ReadonlyMap<string, KnownImage>
  readonly sources: readonly LaunchSource[]
  /** The ids of instances that EC2 won't stop, for their spot request is for one launch only. */
  readonly oneTimeSpot: ReadonlySet<string>
}

/** What an image is worth to what runs from it. */
export type Verdict =
  | 'approved'
  | 'not approved'
  | 'expired'
  | 'deprecated'
  | 'disabled'
  | 'deregistered'
  /** Nobody could tell: nothing is done about it. */
  | 'unknown'

export interface JudgedInstance {
  readonly instance: InstanceFacts
  readonly verdict: Verdict
  readonly image?: KnownImage
}

export interface JudgedSource {
  readonly source: LaunchSource
  readonly verdict: Verdict
}

/** A place and what its instances and launch sources are worth. */
export interface JudgedPlace {
  readonly place: Place
  readonly instances: readonly JudgedInstance[]
  readonly sources: readonly JudgedSource[]
  /** Whether any image that is known there is approved. */
  readonly hasApproved: boolean
  readonly oneTimeSpot: ReadonlySet<string>
}
