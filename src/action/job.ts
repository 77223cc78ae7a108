import * as core from '@actions/core'
import { formatDuration } from '../image/duration.ts'
import type { Outcome, Run, SavedState } from '../run.ts'
import { watchForEnd } from './cancel.ts'
import { finish, problemsOf } from './finish.ts'
import { readInputs } from './inputs.ts'
import { describe, jobLog } from './log.ts'
import { createRun } from './runner.ts'
import { parseState, STATE_NAME } from './saved-state.ts'
import { writeSummary } from './summary.ts'

/** The main step: reads the inputs, does the work, and writes what came of it. Never rejects. */
export async function runMain(work: (run: Run) => Promise<Outcome>): Promise<void> {
  let masked: ReadonlySet<string> = new Set()
  try {
    const run = openRun()
    masked = run.masked
    const outcome = await work(run)
    finish(outcome, { log: jobLog, masked })
    const { notify } = await import('./github/notify.ts')
    await notify(outcome, run, process.env)
  } catch (error) {
    finish(failure(error), { log: jobLog, masked })
  }
}

/**
 * The post step: cleans up after a main step that saved state, and says what it found. A failure is a warning: the job
 * has its result.
 */
export async function runPost(cleanUp: (run: Run, state: SavedState) => Promise<readonly string[]>): Promise<void> {
  try {
    const state = parseState(core.getState(STATE_NAME))
    if (!state) return
    const found = await cleanUp(openRun(), state)
    for (const sentence of found) jobLog.notice(sentence)
    const lines = found.map(sentence => `- ${sentence}`)
    if (found.length > 0) writeSummary(`## AMI Action: cleaned up\n\n${lines.join('\n')}\n`, jobLog)
  } catch (error) {
    warn(error)
  }
}

function openRun() {
  const inputs = readInputs(core.getInput, process.env)
  const signal = watchForEnd(inputs.timeoutSeconds, formatDuration(inputs.timeoutSeconds))
  return createRun(inputs, signal, process.env)
}

function failure(error: unknown): Outcome {
  const problems = problemsOf(error)
  const lines = problems.map(problem => `- ${describe(problem)}`)
  return { outputs: {}, report: {}, summary: `## AMI Action: failed\n\n${lines.join('\n')}\n`, error }
}

function warn(error: unknown): void {
  for (const problem of problemsOf(error)) {
    jobLog.warning(`Cleaning up after the job failed: ${describe(problem)}`)
  }
}
