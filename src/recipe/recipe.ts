import type { Place } from '../errors.ts'
import type { CheckId } from '../image/check-ids.ts'
import type { ReferenceSource } from '../image/reference-sources.ts'

export type Strategy = 'full' | 'partial' | 'os-only'
type Purpose = 'image' | 'backup'
type Shell = 'bash' | 'powershell'

/** An image recipe, checked, with every default filled in. */
export interface Recipe {
  /** Relative to the workspace. */
  readonly file: string
  readonly family: string
  /** A template of the AMI's name. */
  readonly name: string
  readonly strategy: Strategy
  readonly purpose: Purpose
  readonly validForSeconds: number
  readonly rebuildBeforeSeconds: number
  readonly base: Base
  readonly builder: Builder
  readonly volumes: readonly Volume[]
  /** The key of the volumes that `volumes` does not list; absent means the account's default key. */
  readonly kmsKey?: string
  readonly provision: Provision
  readonly test: readonly ScriptStep[]
  /** The content of the user data that instances of this image are launched with. */
  readonly launchUserData?: string
  readonly regions: Readonly<Record<string, RegionTarget>>
  readonly share: { readonly accounts: readonly string[]; readonly organizations: readonly string[] }
  readonly publish: Publish
  readonly copy: { readonly completionSeconds?: number }
  readonly allowedImages?: 'audit' | 'enable'
  readonly verify: Verify
  readonly enforce: Enforce
  readonly sunset: Sunset
  readonly tags: Readonly<Record<string, string>>
}

export type Base =
  | (ImageBase & { readonly kind: 'id'; readonly id: string })
  | (ImageBase & { readonly kind: 'ssm'; readonly parameter: string })
  | FilterBase
  | InstanceBase
  | SnapshotBase

interface ImageBase {
  readonly maxAgeSeconds?: number
  /** What becomes of a base that is deprecated, past its own validity, or older than it may be. */
  readonly stale: 'refuse' | 'warn'
  readonly place: Place
}

interface FilterBase extends ImageBase {
  readonly kind: 'filter'
  readonly owners: readonly string[]
  /** A pattern with `*` and `?`, as in DescribeImages. */
  readonly name: string
  readonly architecture?: 'x86_64' | 'arm64'
}

/** An image is made of this instance as it is. */
export interface InstanceBase {
  readonly kind: 'instance'
  readonly id: string
  readonly reboot: 'stop' | 'reboot' | 'none'
  readonly place: Place
}

/** An image is registered from this snapshot of a root volume, with what a snapshot does not tell. */
export interface SnapshotBase {
  readonly kind: 'snapshot'
  readonly id: string
  readonly architecture: 'x86_64' | 'arm64'
  readonly bootMode?: 'legacy-bios' | 'uefi' | 'uefi-preferred'
  readonly tpm?: 'v2.0'
  readonly imds?: 'v2.0'
  readonly ena: boolean
  readonly rootDevice: string
  readonly place: Place
}

export interface Builder {
  /** Tried in order. */
  readonly instanceTypes: readonly string[]
  readonly spot: 'prefer' | 'only' | 'never'
  /** Empty means the default VPC. */
  readonly subnets: readonly Selector[]
  /** Empty means one of our own, without inbound rules. */
  readonly securityGroups: readonly Selector[]
  readonly instanceProfile?: string
  readonly publicIp: boolean
  /** What the root volume has while the image is built, more than the image is to have. */
  readonly boost?: Boost
}

/** Of a gp3 volume. */
export interface Boost {
  readonly iops: number
  readonly throughputMiBps: number
}

/** An id, or the tags of what is meant. */
export type Selector = string | { readonly tags: Readonly<Record<string, string>> }

export interface Volume {
  readonly device: string
  readonly sizeGiB?: number
  readonly type?: 'gp2' | 'gp3' | 'io1' | 'io2' | 'st1' | 'sc1' | 'standard'
  readonly iops?: number
  readonly throughputMiBps?: number
  readonly kmsKey?: string
  /** Of instances of the image; the builder's volumes always go with it. True unless said. */
  readonly deleteOnTermination?: boolean
  readonly place: Place
}

export interface Provision {
  readonly via: 'ssm' | 'user-data'
  /** Whether the first step is ours, which brings all packages up to date. */
  readonly patch: boolean
  readonly steps: readonly Step[]
}

interface StepBase {
  readonly name: string
  readonly timeoutSeconds: number
  readonly place: Place
}

export interface ScriptStep extends StepBase {
  readonly kind: 'run'
  /** The script's text, wherever it came from. */
  readonly script: string
  readonly shell: Shell
  readonly env: Readonly<Record<string, string>>
}

export interface FilesStep extends StepBase {
  readonly kind: 'files'
  readonly files: readonly { readonly content: Buffer; readonly source: string; readonly target: string }[]
}

export type Step = ScriptStep | FilesStep

export interface RegionTarget {
  /** Device to key. */
  readonly kmsKeys: Readonly<Record<string, string>>
}

export interface Publish {
  readonly ssm?: string
  readonly launchTemplate?: string
  readonly rings: readonly string[]
  /** Auto Scaling groups whose instances are replaced once the image is published. */
  readonly instanceRefresh: readonly string[]
}

export interface Verify {
  readonly findings: Findings
  /** How severe each check is, where the recipe says so. */
  readonly checks: Readonly<Partial<Record<CheckId, 'fail' | 'warn' | 'off'>>>
}

export interface Findings {
  readonly failOn: 'low' | 'medium' | 'high' | 'critical'
  readonly fixAvailable: boolean
  readonly unscanned: 'fail' | 'warn' | 'pass'
  readonly waivers: readonly { readonly id: string; readonly until: string; readonly why: string }[]
}

export interface Enforce {
  readonly mode: 'report' | 'tag' | 'stop' | 'terminate'
  readonly graceSeconds: number
  readonly maxInstances: number
  readonly maxPercent: number
  readonly snapshotFirst: boolean
  /** Whether nothing waits for the grace. */
  readonly immediate: boolean
  /** By tag: the value that spares an instance, or `*` for any. */
  readonly exclude: Readonly<Record<string, string>>
  readonly approve: Approve
}

/** Whose images instances may run from. */
export interface Approve {
  readonly families: readonly string[]
  /** Account ids, or `amazon` or `aws-marketplace`. */
  readonly owners: readonly string[]
  readonly images: readonly string[]
}

export interface Sunset {
  readonly keep: number
  readonly disableAfterSeconds: number
  readonly deregisterAfterSeconds: number
  readonly idleSeconds: number
  readonly maxImages: number
  readonly maxPercent: number
  readonly inUseFloor: number
  readonly allowPermanent: boolean
  /** Where nobody looks for references: what the account does not use. */
  readonly unused: readonly ReferenceSource[]
}
