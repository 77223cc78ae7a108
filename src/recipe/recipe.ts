import type { Place } from '../errors.ts'

export type Strategy = 'full' | 'partial' | 'os-only'
export type Architecture = 'x86_64' | 'arm64'

/** Where a bake starts from. */
export type Base =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'ssm'; readonly parameter: string }
  | { readonly kind: 'filter'; readonly owners: readonly string[]; readonly name: string; readonly architecture?: Architecture }
  | { readonly kind: 'instance'; readonly id: string; readonly reboot: 'stop' | 'reboot' | 'none' }
  | { readonly kind: 'snapshot'; readonly id: string }

/** A subnet or security group by its id, or by the tags it carries. */
export type Selector = { readonly id: string } | { readonly tags: Readonly<Record<string, string>> }

export interface Builder {
  /** Tried in order, across subnets. */
  readonly instanceTypes: readonly string[]
  readonly spot: 'prefer' | 'only' | 'never'
  readonly subnets: readonly Selector[]
  readonly securityGroups: readonly Selector[]
  readonly instanceProfile?: string
  readonly publicIp: boolean
}

export interface VolumeSpec {
  readonly device: string
  readonly sizeGib?: number
  readonly type?: string
  readonly iops?: number
  readonly throughput?: number
  /** Key id, ARN, alias or alias ARN. */
  readonly kmsKey?: string
}

interface StepBase {
  readonly name: string
  readonly timeoutSeconds: number
  readonly env: Readonly<Record<string, string>>
  readonly place: Place
}

export interface ScriptStep extends StepBase {
  readonly kind: 'script'
  readonly shell: 'bash' | 'powershell'
  /** The text to run, from `run` or read from the file that `script` names. */
  readonly script: string
}

export interface FilesStep extends StepBase {
  readonly kind: 'files'
  /** Path on the image → content. */
  readonly files: Readonly<Record<string, string>>
}

export type Step = ScriptStep | FilesStep

/** An image recipe with every default filled in and every file it names read. */
export interface Recipe {
  readonly file: string
  readonly family: string
  /** Template of the image's name. */
  readonly name: string
  readonly strategy: Strategy
  readonly purpose: 'image' | 'backup'
  readonly validForSeconds: number
  readonly rebuildBeforeSeconds: number
  readonly base: Base
  readonly baseMaxAgeSeconds?: number
  readonly builder: Builder
  readonly volumes: readonly VolumeSpec[]
  readonly provision: { readonly via: 'ssm' | 'user-data'; readonly steps: readonly Step[] }
  readonly test: readonly Step[]
  readonly launchUserData?: string
  readonly tags: Readonly<Record<string, string>>
  /** The keys that later commands read, as written. */
  readonly later: Readonly<Record<string, unknown>>
}
