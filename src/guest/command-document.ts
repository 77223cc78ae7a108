import { gzipSync } from 'node:zlib'
import { AmiError, type Place } from '../errors.ts'
import { GUEST_FOLDER } from './shell.ts'

/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/documents.html (64 KB with parameters) */
const MAX_BYTES = 60_000

/** The `commands` of AWS-RunShellScript that run a bash script: the agent runs them with `sh`, which may not be bash. */
export function toCommands(script: string): string[] {
  const lines =
    gzipSync(script)
      .toString('base64')
      .match(/.{1,120}/g) ?? []
  const file = `${GUEST_FOLDER}/command`
  return [
    `mkdir -p -m 700 ${GUEST_FOLDER}`,
    `base64 -d <<'END' | gzip -d >${file}`,
    ...lines,
    'END',
    `exec bash ${file}`
  ]
}

/** Refuses a script that does not fit into Run Command. Errors: RECIPE. */
export function checkCommandSize(script: string, what: string, at?: Place): void {
  const bytes = toCommands(script).join('\n').length
  if (bytes <= MAX_BYTES) return
  const found = `Expected ${what} to fit into Run Command (${MAX_BYTES} bytes, compressed), found ${bytes} bytes`
  throw new AmiError('RECIPE', found, { hint: 'Fetch large content in the step.', ...(at && { at }) })
}
