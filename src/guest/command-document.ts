import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { AmiError, type Place } from '../errors.ts'
import { GUEST_FOLDER } from './shell.ts'

/**
 * How much of a script goes into one command: the document with its parameters may have 64 KB.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/documents.html
 */
const PART_BYTES = 50_000
/** Each part is a command of its own, which takes some seconds. */
const MAX_PARTS = 100

/**
 * The `commands` of AWS-RunShellScript that run a bash script: the agent runs them with `sh`, which may not be bash. A
 * script that does not fit into one command is sent in parts, which the last one puts together, checks and runs.
 */
export function toCommands(script: string): string[][] {
  const packed = gzipSync(script).toString('base64')
  const parts = packed.match(new RegExp(`.{1,${PART_BYTES}}`, 'g')) ?? ['']
  const file = `${GUEST_FOLDER}/command`
  const run = [`gzip -d <${file}.gz >${file}`, `exec bash ${file}`]
  const [only = ''] = parts
  if (parts.length === 1) return [[...begin(), ...write(`${file}.gz`, only, 'base64 -d'), ...run]]
  const name = (i: number) => `${file}.part-${String(i).padStart(3, '0')}`
  return [
    ...parts.map((part, i) => [...begin(), ...write(name(i), part, 'cat')]),
    [
      // They were under /run, where a reboot takes them.
      `[ -e ${name(0)} ] || { echo 'the script did not arrive as a whole; one of more than ${PART_BYTES} bytes, compressed, can not reboot the builder' >&2; exit 1; }`,
      `cat ${file}.part-* | base64 -d >${file}.gz && rm -f ${file}.part-*`,
      `echo '${sha256(gzipSync(script))}  ${file}.gz' | sha256sum -c - >/dev/null || { echo 'the script did not arrive as a whole' >&2; exit 1; }`,
      ...run
    ]
  ]
}

const begin = (): string[] => [`mkdir -p -m 700 ${GUEST_FOLDER}`]

/** Run Command dislikes very long lines. */
const write = (file: string, text: string, filter: string): string[] => [
  `${filter} >${file} <<'END'`,
  ...(text.match(/.{1,120}/g) ?? []),
  'END'
]

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Refuses a script that is too large even for many commands. Errors: RECIPE. */
export function checkCommandSize(script: string, what: string, at?: Place): void {
  const bytes = gzipSync(script).toString('base64').length
  const most = PART_BYTES * MAX_PARTS
  if (bytes <= most) return
  const found = `Expected ${what} to fit into Run Command (${most} bytes, compressed), found ${bytes} bytes`
  throw new AmiError('RECIPE', found, { hint: 'Fetch large content in the step.', ...(at && { at }) })
}
