import type { CommandInvocationStatus } from '@aws-sdk/client-ssm'
import type { InvocationRecord } from '../../world/records.ts'

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html */
const MAX_STDOUT = 24_000
const MAX_STDERR = 8_000
const STDOUT_CUT = '\n---Output truncated---'
const STDERR_CUT = '\n---Error truncated----'

/** How a command ended on an instance. */
export interface Ending {
  readonly status: CommandInvocationStatus
  /** Undefined where it is the status. */
  readonly details?: string
  /** -1 where nothing was run. */
  readonly exitCode: number
  readonly stdout?: string
  readonly stderr?: string
}

const UNFINISHED: readonly CommandInvocationStatus[] = ['Pending', 'InProgress', 'Delayed', 'Cancelling']

/** Whether an invocation has ended, well or not. */
export const isFinished = ({ invocation }: InvocationRecord): boolean => !UNFINISHED.includes(invocation.Status)

/** Marks an invocation as in progress since `now`. */
export function begin({ invocation }: InvocationRecord, now: Date): void {
  Object.assign(invocation, {
    Status: 'InProgress',
    StatusDetails: 'InProgress',
    ExecutionStartDateTime: toText(now),
    ExecutionElapsedTime: 'PT0S'
  })
}

/** Ends an invocation, if it has not ended before; only now its output can be seen, and only the beginning of it. */
export function finish(record: InvocationRecord, now: Date, ending: Ending): void {
  if (isFinished(record)) return
  const { status, details = status, exitCode, stdout = '', stderr = '' } = ending
  const { invocation } = record
  const startedMs = Date.parse(invocation.ExecutionStartDateTime || now.toISOString())
  Object.assign(invocation, {
    Status: status,
    StatusDetails: details,
    ResponseCode: exitCode,
    ExecutionElapsedTime: `PT${(now.getTime() - startedMs) / 1000}S`,
    ExecutionEndDateTime: toText(now),
    StandardOutputContent: cut(stdout, MAX_STDOUT, STDOUT_CUT),
    StandardErrorContent: cut(stderr, MAX_STDERR, STDERR_CUT)
  })
}

const cut = (text: string, length: number, mark: string): string =>
  text.length <= length ? text : text.slice(0, length - mark.length) + mark

const toText = (time: Date): string => time.toISOString()
