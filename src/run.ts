import type { AmiError, Place } from './errors.ts'

export const COMMANDS = ['bake', 'verify', 'copy', 'encrypt', 'publish', 'rollback', 'sunset'] as const
export type CommandName = (typeof COMMANDS)[number]

/** The action's inputs, read and checked once. Durations are in seconds; an absent one is undefined. */
export interface Inputs {
  readonly command: CommandName
  readonly recipe?: string
  readonly imageId?: string
  /** Region → image id, from an earlier step. */
  readonly images: Readonly<Record<string, string>>
  readonly awsRegion: string
  readonly regions: readonly string[]
  readonly accounts: readonly string[]
  readonly accountRole?: string
  readonly externalId?: string
  readonly roleToAssume?: string
  readonly roleSessionName: string
  readonly roleDurationSeconds: number
  readonly audience: string
  readonly channel: 'release' | 'test'
  readonly dryRun: boolean
  readonly force: boolean
  readonly kmsKey?: string
  readonly fleet: boolean
  readonly enforce?: 'report' | 'tag' | 'stop' | 'terminate'
  readonly undo?: string
  readonly level?: string
  readonly onRegionFailure: 'revert' | 'continue'
  readonly onCancel: 'keep' | 'discard'
  readonly timeoutSeconds: number
  readonly tags: Readonly<Record<string, string>>
  readonly githubToken?: string
  readonly comment: boolean
}

export const OUTPUTS = [
  'images',
  'image-id',
  'reused',
  'digest',
  'valid-until',
  'passed',
  'failed-regions',
  'plan',
  'report',
  'report-file'
] as const
export type OutputName = (typeof OUTPUTS)[number]

/** Where a command says what it does. */
export interface Log {
  info(line: string): void
  debug(line: string): void
  notice(line: string): void
  warning(line: string, at?: Place): void
  error(error: AmiError): void
  /** Folds what `body` logs under a title. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>
}

/** What the post step needs to find everything a run may have left behind. Written before the first mutating call. */
export interface SavedState {
  readonly version: 1
  readonly run: string
  readonly regions: readonly string[]
  readonly accounts: readonly string[]
  readonly onCancel: 'keep' | 'discard'
}

/** All that a command gets from the outside; implemented for GitHub in `action/`. */
export interface Run {
  readonly inputs: Inputs
  /** Run id, attempt and a UUID: run id and job name are the same in all legs of a matrix. */
  readonly id: string
  /** Aborted by SIGINT and SIGTERM, with an AmiError as the reason. */
  readonly signal: AbortSignal
  readonly log: Log
  /** The folder that paths in inputs are relative to. */
  readonly workspace: string
  /** Keeps a secret out of every log line from now on. */
  mask(secret: string): void
  save(state: SavedState): void
  /** GitHub's OIDC token. Errors: OIDC, naming the permission that is missing. */
  idToken(audience: string): Promise<string>
}

/** What a command leaves: written whether it succeeded or not. */
export interface Outcome {
  readonly outputs: Partial<Record<OutputName, string>>
  /** Becomes the JSON of `report` and `report-file`. */
  readonly report: object
  /** Markdown for the job summary. */
  readonly summary: string
  /** Why the command failed. */
  readonly error?: unknown
}

export interface Command {
  readonly name: CommandName
  readonly describe: string
  run(run: Run): Promise<Outcome>
}
