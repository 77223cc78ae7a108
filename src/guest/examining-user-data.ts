import { gzipSync } from 'node:zlib'
import { AmiError } from '../errors.ts'
import type { ScriptStep } from '../recipe/recipe.ts'
import { deadlineScript } from './deadline.ts'
import { LINUX_IDENTITY } from './identity-script.ts'
import { GUEST_FOLDER } from './shell.ts'
import { stepScript } from './step-script.ts'

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html */
const MAX_BYTES = 16 * 1024
const BOUNDARY = 'ami-action-part'

export interface Examination {
  readonly nonce: string
  readonly deadlineSeconds: number
  /** What instances of the image are launched with otherwise; cloud-init takes it as if it were alone. */
  readonly launchUserData?: string
  readonly tests: readonly ScriptStep[]
}

/**
 * User data of an instance that nobody can ask: it says on its console, marked with the nonce, who it is and how its first
 * boot and the tests ended. Its script goes on in the background, for it waits until cloud-init itself is done.
 *
 * Result: base64. Errors: RECIPE, where all that does not fit into user data.
 *
 * @see https://cloudinit.readthedocs.io/en/latest/explanation/format/mime-multi-part.html
 */
export function examiningUserData(examination: Examination): string {
  const { launchUserData } = examination
  const parts = [
    // Of this type cloud-init looks into the part to tell what it is.
    ...(launchUserData === undefined ? [] : [toPart('text/plain', launchUserData)]),
    toPart('text/x-shellscript', startScript(examination))
  ]
  const head = `Content-Type: multipart/mixed; boundary="${BOUNDARY}"\nMIME-Version: 1.0\n\n`
  const bytes = gzipSync(`${head}${parts.join('')}--${BOUNDARY}--\n`)
  if (bytes.length > MAX_BYTES) {
    const found = `Expected launch user data and tests that fit into user data together (${MAX_BYTES} bytes compressed), found ${bytes.length} bytes`
    throw new AmiError('RECIPE', found, { hint: 'Give `builder: { instance-profile: … }`: Run Command takes more.' })
  }
  return bytes.toString('base64')
}

function toPart(type: string, content: string): string {
  const body = Buffer.from(content).toString('base64').replace(/.{76}/g, '$&\n')
  return `--${BOUNDARY}\nContent-Type: ${type}; charset="utf-8"\nContent-Transfer-Encoding: base64\nMIME-Version: 1.0\n\n${body}\n`
}

function startScript(examination: Examination): string {
  return `#!/bin/bash
${deadlineScript(examination.deadlineSeconds)}base64 -d >${GUEST_FOLDER}/examine <<'AMI_ACTION_EXAMINE'
${Buffer.from(examineScript(examination))
  .toString('base64')
  .replace(/.{120}/g, '$&\n')}
AMI_ACTION_EXAMINE
setsid --fork bash ${GUEST_FOLDER}/examine </dev/null >/dev/null 2>&1
`
}

/** Step 0 is the first boot: its lines tell the identity, its end how cloud-init ended. */
function examineScript({ nonce, tests }: Examination): string {
  const mark = `ami-action ${nonce} 0`
  return `say() { echo "${mark} $*" >>/dev/console; }
say begin
said=$(cloud-init status --wait --long 2>&1); code=$?
[ $code -eq 0 ] || while IFS= read -r line; do say "| said $line"; done <<<"$said"
export AWS_SSM_INSTANCE_ID=$(basename "$(readlink /var/lib/cloud/instance)")
while IFS= read -r line; do say "| $line"; done < <(
${LINUX_IDENTITY})
say end $code
${tests.map((step, i) => inShell(stepScript(step, { nonce, step: i + 1 }))).join('')}`
}

/** A step leaves its shell. */
const inShell = (script: string): string => `(\n${script})\n`
