import { writeFileSync } from 'node:fs'
import path from 'node:path'
import * as core from '@actions/core'
import { AmiError, Problems } from '../errors.ts'
import type { Log, Outcome, OutputName } from '../run.ts'
import { toReportOutput } from './report.ts'
import { writeSummary } from './summary.ts'

interface Ending {
  readonly log: Log
  /** What was masked during the run. */
  readonly masked: ReadonlySet<string>
}

/** Writes outputs, report and summary; for a failure also the annotations, and the process will exit with 1. */
export function finish(outcome: Outcome, { log, masked }: Ending): void {
  const outputs = { ...outcome.outputs, ...writeReport(withErrors(outcome), log), ...writeFiles(outcome, log) }
  for (const [name, value] of Object.entries(outputs)) writeOutput(name, value, { log, masked })
  writeSummary(outcome.summary, log)
  if (outcome.error !== undefined) fail(outcome.error, log)
}

/** What went wrong belongs into the report of every failed command. */
function withErrors({ report, error }: Outcome): unknown {
  if (error === undefined || typeof report !== 'object' || report === null) return report
  return { ...report, errors: problemsOf(error).map(({ code, message, hint, at }) => ({ code, message, hint, at })) }
}

function writeOutput(name: string, value: string, { log, masked }: Ending): void {
  if ([...masked].some(secret => secret !== '' && value.includes(secret))) {
    log.warning(`The output ${name} contains a masked value: GitHub will not hand it to other jobs`)
  }
  try {
    core.setOutput(name, value)
  } catch (error) {
    log.warning(`The output ${name} could not be written: ${sentenceOf(error)}`)
  }
}

type Outputs = Partial<Record<OutputName, string>>

/** The report as an output, cut to size, and as a file, whole. */
function writeReport(report: unknown, log: Log): Outputs {
  if (report === undefined) return {}
  const file = writeFile('report', `${JSON.stringify(report, null, 2)}\n`, log)
  return { report: toReportOutput(report), ...(file && { 'report-file': file }) }
}

/** Result: their paths. */
function writeFiles({ files = {} }: Outcome, log: Log): Outputs {
  const written = Object.entries(files).map(([name, content]) => [name, writeFile(name, content, log)])
  return Object.fromEntries(written.filter(([, file]) => file !== undefined))
}

/** Result: the path; undefined where it could not be written, which fails no job. */
function writeFile(name: string, content: string, log: Log): string | undefined {
  const folder = process.env.RUNNER_TEMP
  if (!folder) return undefined
  const file = path.join(folder, `ami-action-${name}-${process.pid}.json`)
  try {
    writeFileSync(file, content)
    return file
  } catch (error) {
    log.warning(`The ${name} could not be written to a file: ${sentenceOf(error)}`)
    return undefined
  }
}

function fail(error: unknown, log: Log): void {
  process.exitCode = 1
  for (const problem of problemsOf(error)) {
    log.error(problem)
    for (const cause of causesOf(problem)) log.info(`  caused by ${cause}`)
  }
}

/** Every failure as one that can be told; ours are told as they are. */
export function problemsOf(error: unknown): readonly AmiError[] {
  if (error instanceof Problems) return error.problems
  if (error instanceof AmiError) return [error]
  const hint = 'This is a mistake in AMI Action; please report it with the log.'
  return [new AmiError('INTERNAL', sentenceOf(error), { hint, cause: error })]
}

/** What stands behind an error, the nearest first; of a mistake of ours the stack. */
function causesOf(error: AmiError): string[] {
  const causes: string[] = []
  for (
    let cause: unknown = error.cause, depth = 0;
    cause !== undefined && depth < 10;
    cause = causeOf(cause), depth++
  ) {
    const stack = error.code === 'INTERNAL' && cause instanceof Error ? cause.stack : undefined
    const [message = ''] = sentenceOf(cause).split(/\s*Encoded authorization failure message:/)
    const isSaid = message !== '' && error.message.includes(message)
    if (stack || !isSaid) causes.push(stack ?? (cause instanceof Error ? `${cause.name}: ${message}` : message))
  }
  return causes
}

const causeOf = (error: unknown): unknown => (error instanceof Error ? error.cause : undefined)

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
