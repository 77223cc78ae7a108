import { readFileSync } from 'node:fs'
import { AmiError } from '../../errors.ts'
import type { Inputs, Log, Outcome, Run } from '../../run.ts'
import { type GitHub, type JobFacts, openGitHub } from './github.ts'
import { keepComment } from './keep-comment.ts'
import { keepIssue } from './keep-issue.ts'

/** Tells GitHub what came of the command, where it may. A failure is a warning: the command has its result. */
export async function notify(outcome: Outcome, { inputs, signal, log }: Run, environment: JobFacts['environment']) {
  if (!inputs.githubToken || isCancelled(signal)) return
  const github = openGitHub(inputs.githubToken, { environment, event: readEvent(environment), signal })
  if (!github) return
  const { issue } = outcome
  if (inputs.comment) await attempt('pull-requests: write', log, () => comment(github, outcome, inputs, log))
  if (issue) await attempt('issues: write', log, () => keepIssue(github, issue))
}

/** A runner that cancels a job waits for nobody. */
const isCancelled = ({ reason }: AbortSignal): boolean => reason instanceof AmiError && reason.code === 'CANCELLED'

async function comment(github: GitHub, { summary }: Outcome, { command, recipe }: Inputs, log: Log): Promise<void> {
  if (github.pullRequest) {
    await keepComment(github, github.pullRequest, { subject: recipe ?? command, part: command, markdown: summary })
  } else {
    log.info('Input comment: this run is not for a pull request, nothing is commented on')
  }
}

async function attempt(permission: string, log: Log, body: () => Promise<void>): Promise<void> {
  try {
    await body()
  } catch (error) {
    const { status, message } = error as { status?: number; message?: string }
    const hint = status === 403 || status === 404 ? `; the job needs the permission \`${permission}\`` : ''
    log.warning(`GitHub did not take what there was to tell${status ? ` (${status})` : ''}: ${message}${hint}`)
  }
}

/** The event as the runner has it in a file; empty where there is none. */
function readEvent({ GITHUB_EVENT_PATH: file }: JobFacts['environment']): JobFacts['event'] {
  try {
    return file ? JSON.parse(readFileSync(file, 'utf8')) : {}
  } catch {
    return {}
  }
}
