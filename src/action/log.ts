import * as core from '@actions/core'
import type { AmiError, Place } from '../errors.ts'
import type { Log } from '../run.ts'

/** The log of the job: lines, groups, and annotations at the line of a file where it is known. */
export const jobLog: Log = {
  info: line => core.info(disarm(line)),
  debug: line => core.debug(line),
  notice: line => core.notice(line),
  warning: (line, at) => core.warning(withPlace(line, at), annotationAt(at)),
  error: error => core.error(withPlace(describe(error), error.at), annotationAt(error.at)),
  group: (title, body) => core.group(disarm(title), body)
}

/** The message, and what would repair it. */
export function describe({ message, hint }: AmiError): string {
  if (!hint) return message
  return `${message}${/[.?!]$/.test(message) ? '' : '.'} ${hint}`
}

/** The log's text does not show where an annotation points to. */
const withPlace = (line: string, at?: Place): string => (at ? `${at.file}:${at.line}:${at.column}: ${line}` : line)

const annotationAt = (at?: Place) => (at ? { file: at.file, startLine: at.line, startColumn: at.column } : {})

/**
 * The runner takes lines that start with `::`, and `##[` anywhere, for commands. What is logged may come from a
 * script in an instance, which must not set outputs or take masks away.
 */
const disarm = (text: string): string => text.replace(/(^|[\r\n])(\s*):(?=:)/g, '$1$2: ').replaceAll('##[', '## [')
