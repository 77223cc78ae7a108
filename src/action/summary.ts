import { appendFileSync } from 'node:fs'
import type { Log } from '../run.ts'

/** GitHub drops a step's summary that is larger, the whole of it. */
const MAX_BYTES = 1024 * 1024
const NOTE = '\n\n_The rest does not fit into a job summary; see the log and the report._\n'
const FENCE = '\n```'

/** Adds to the job's summary; where there is none, or it cannot be written, the run goes on. */
export function writeSummary(markdown: string, log: Log): void {
  const file = process.env.GITHUB_STEP_SUMMARY
  if (!file || markdown === '') return
  try {
    appendFileSync(file, `${fitSummary(markdown)}\n`)
  } catch (error) {
    log.warning(`The job summary could not be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Cuts Markdown at the end of a line so that it fits, and closes a code block that the cut opened. */
export function fitSummary(markdown: string, maxBytes = MAX_BYTES): string {
  if (Buffer.byteLength(markdown) < maxBytes) return markdown
  const room = maxBytes - Buffer.byteLength(NOTE) - Buffer.byteLength(FENCE) - 1
  const head = Buffer.from(markdown)
    .subarray(0, room)
    .toString()
    .replace(/\n[^\n]*$/, '')
  const isInBlock = (head.match(/^```/gm)?.length ?? 0) % 2 === 1
  return `${head}${isInBlock ? FENCE : ''}${NOTE}`
}
