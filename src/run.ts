import type { AmiError, Place } from './errors.ts'

export type CommandName = 'bake' | 'verify' | 'copy' | 'encrypt' | 'publish' | 'rollback' | 'sunset'

export type OutputName =
  | 'images'
  | 'image-id'
  | 'reused'
  | 'digest'
  | 'valid-until'
  | 'passed'
  | 'failed-regions'
  | 'plan'
  | 'report'
  | 'report-file'
  | 'sbom'

/** The inputs of action.yml, typed and checked; what was not given and has no default is absent. */
export interface Inputs {
  readonly command: CommandName
  readonly recipe?: string
  readonly imageId?: string
  /** Region, or `account/region`, to image id. */
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
  /** What is done about instances without an approved image; that of the recipe where it is absent. */
  readonly enforce?: 'report' | 'tag' | 'stop' | 'terminate'
  /** The image that `sunset` brings back. */
  readonly undo?: string
  readonly level: 'image' | 'copy'
  /** The path of a list of packages to compare with, relative to the workspace. */
  readonly previousSbom?: string
  /** The ring of `publish.rings` to publish to. */
  readonly ring?: string
  /** Why an image is rolled back. */
  readonly reason?: string
  readonly onRegionFailure: 'revert' | 'continue'
  readonly onCancel: 'keep' | 'discard'
  readonly timeoutSeconds: number
  readonly tags: Readonly<Record<string, string>>
  readonly githubToken?: string
  readonly comment: boolean
}

export interface Log {
  info(line: string): void
  debug(line: string): void
  notice(line: string): void
  warning(line: string, at?: Place): void
  error(error: AmiError): void
  group<T>(title: string, body: () => Promise<T>): Promise<T>
}

/** What the post step needs to clean up after a run that was killed. */
export interface SavedState {
  readonly version: 1
  readonly run: string
  readonly regions: readonly string[]
  readonly accounts: readonly string[]
  readonly onCancel: 'keep' | 'discard'
}

/** What a command is given by whoever started it. */
export interface Run {
  readonly inputs: Inputs
  /** Different for every run, also for the legs of one matrix. */
  readonly id: string
  /** Who started it, as GitHub calls them. */
  readonly actor?: string
  /** Aborts when the job is cancelled; its reason is an AmiError with the code CANCELLED. */
  readonly signal: AbortSignal
  readonly log: Log
  /** An absolute path; the recipe's path is relative to it. */
  readonly workspace: string
  /** Keeps a secret out of the log from here on. */
  mask(secret: string): void
  /** Hands state to the post step; the last one saved counts. */
  save(state: SavedState): void
  /** Says that nothing is left to clean up: the post step has nothing to look for. */
  forget(): void
  /** GitHub's OIDC token for an audience. Errors: OIDC. */
  idToken(audience: string): Promise<string>
}

/** An issue of the repository that is kept up to date; closed once it has no items. */
export interface IssueNotice {
  /** Tells it from the other issues that we keep. */
  readonly subject: string
  readonly title: string
  readonly markdown: string
  /** What is listed, such as image ids: what was not there before is told anew. */
  readonly items: readonly string[]
}

export interface Outcome {
  readonly outputs: Readonly<Partial<Record<OutputName, string>>>
  /** Anything that JSON can hold. */
  readonly report: unknown
  /** Markdown. */
  readonly summary: string
  /** What is to be a file: its path becomes the output of this name. */
  readonly files?: Readonly<Partial<Record<OutputName, string>>>
  /** What owners have to know in time, where there is a token for it. */
  readonly issue?: IssueNotice
  /** Set when the command failed: outputs and summary are written all the same. */
  readonly error?: unknown
}

export interface Command {
  readonly name: CommandName
  readonly describe: string
  run(run: Run): Promise<Outcome>
}
