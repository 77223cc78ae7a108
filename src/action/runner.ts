import { randomUUID } from 'node:crypto'
import path from 'node:path'
import * as core from '@actions/core'
import type { Inputs, Run, SavedState } from '../run.ts'
import { fetchIdToken } from './id-token.ts'
import { jobLog } from './log.ts'
import { STATE_NAME } from './saved-state.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** A run as GitHub's runner hosts it; it remembers what it masked. */
interface JobRun extends Run {
  readonly masked: ReadonlySet<string>
}

/** Makes the run of this process. Outside GitHub it works as well: the workspace is the current folder. */
export function createRun(inputs: Inputs, signal: AbortSignal, environment: Environment): JobRun {
  const masked = new Set<string>()
  const mask = (secret: string) => {
    masked.add(secret)
    core.setSecret(secret)
  }
  if (inputs.githubToken) mask(inputs.githubToken)
  return {
    inputs,
    signal,
    masked,
    mask,
    id: nameRun(environment),
    ...(environment.GITHUB_ACTOR && { actor: environment.GITHUB_ACTOR }),
    log: jobLog,
    workspace: path.resolve(environment.GITHUB_WORKSPACE || process.cwd()),
    save: (state: SavedState) => core.saveState(STATE_NAME, JSON.stringify(state)),
    forget: () => core.saveState(STATE_NAME, ''),
    idToken: async audience => {
      const token = await fetchIdToken(audience, environment)
      mask(token)
      return token
    }
  }
}

/** Run id and attempt are the same in all legs of a matrix: the UUID tells them apart. */
function nameRun({ GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt = '1' }: Environment): string {
  return run ? `${run}-${attempt}-${randomUUID()}` : `local-${randomUUID()}`
}
