import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

export interface Step {
  readonly id?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

export type Permissions = Readonly<Record<string, string>>

export interface Job {
  readonly uses?: string
  readonly permissions?: Permissions | string
  readonly 'timeout-minutes'?: number
  readonly steps?: readonly Step[]
}

interface Interface {
  readonly inputs?: Readonly<Record<string, { readonly description?: string; readonly type?: string }>>
  readonly outputs?: Readonly<Record<string, { readonly description?: string; readonly type?: string }>>
}

export interface Workflow {
  readonly on?: { readonly workflow_call?: Interface; readonly schedule?: readonly { readonly cron: string }[] }
  readonly permissions?: object | string
  readonly concurrency?: { readonly group?: string; readonly 'cancel-in-progress'?: boolean }
  readonly jobs: Readonly<Record<string, Job>>
}

const OWN_REPOSITORY = /^org\/ami-action(?:\/(.+?))?@v1$/

export const isOwnAction = (uses: string): boolean => OWN_REPOSITORY.test(uses)

/** The file in this repository that `uses` of a job names; undefined for somebody else's. */
export function calledFile(uses: string): string | undefined {
  return uses.startsWith('./') ? uses.slice(2) : OWN_REPOSITORY.exec(uses)?.[1]
}

/** The action.yml of one of this repository's actions, by its folder. */
export const readAction = (folder = ''): ReturnType<typeof parse> =>
  parse(readFileSync(folder ? `${folder}/action.yml` : 'action.yml', 'utf8'))

export function outputsOf(uses: string): string[] {
  return Object.keys(readAction(OWN_REPOSITORY.exec(uses)?.[1]).outputs ?? {})
}

export const readWorkflow = (path: string): Workflow => parse(readFileSync(path, 'utf8')) as Workflow
