import { gzipSync } from 'node:zlib'
import { AmiError } from '../errors.ts'
import type { ScriptStep } from '../recipe/recipe.ts'
import { deadlineScript } from './deadline.ts'
import { listPackagesScript } from './list-packages.ts'
import { sealLinuxScript } from './seal-linux.ts'
import { GUEST_FOLDER } from './shell.ts'
import { stepScript } from './step-script.ts'

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html */
const MAX_BYTES = 16 * 1024

/** User data of a builder that Run Command provisions: nothing but the deadline. Result: base64. */
export const waitingUserData = (deadlineSeconds: number): string =>
  Buffer.from(`#!/bin/bash\n${deadlineScript(deadlineSeconds)}`).toString('base64')

/**
 * User data of a builder that provisions and seals itself, then powers off. What it did stands on the console, marked
 * with the nonce: powering off alone proves nothing. Sealing is the `condition` of cloud-init's power_state module,
 * which runs once cloud-init has written the last of its own state.
 *
 * Result: base64. Errors: RECIPE, where the steps do not fit into user data.
 *
 * @see https://cloudinit.readthedocs.io/en/latest/reference/modules.html#power-state-change
 */
export function provisioningUserData(steps: readonly ScriptStep[], nonce: string, deadlineSeconds: number): string {
  const config = {
    write_files: [
      file('provision', provisionScript(steps, nonce, deadlineSeconds)),
      file('finish', finishScript(nonce)),
      file('packages', listPackagesScript(nonce)),
      file('seal', sealLinuxScript()),
      ...steps.map((step, i) => file(`run-${i + 1}`, stepScript(step, { nonce, step: i + 1 })))
    ],
    runcmd: [['bash', `${GUEST_FOLDER}/provision`]],
    power_state: { mode: 'poweroff', timeout: 60, condition: ['bash', `${GUEST_FOLDER}/finish`] }
  }
  const bytes = gzipSync(`#cloud-config\n${toAscii(JSON.stringify(config))}\n`)
  if (bytes.length > MAX_BYTES) {
    const found = `Expected provisioning steps that fit into user data (${MAX_BYTES} bytes compressed), found ${bytes.length} bytes`
    throw new AmiError('RECIPE', found, { hint: 'Use `provision: { via: ssm }`, or fetch large files in a step.' })
  }
  return bytes.toString('base64')
}

/** JSON is YAML but for some characters beyond ASCII, which YAML refuses or takes for line ends: all are escaped. */
const toAscii = (json: string): string =>
  json.replace(/[^ -~]/gu, character => {
    const hex = character.codePointAt(0)?.toString(16) ?? ''
    return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`
  })

const file = (name: string, content: string) => ({ path: `${GUEST_FOLDER}/${name}`, permissions: '0700', content })

function provisionScript(steps: readonly ScriptStep[], nonce: string, deadlineSeconds: number): string {
  return `${deadlineScript(deadlineSeconds)}for step in ${steps.map((_, i) => i + 1).join(' ')}; do
  bash ${GUEST_FOLDER}/run-$step >/dev/null; code=$?
  [ $code -eq 0 ] || { echo "ami-action ${nonce} 0 end $code" >${GUEST_FOLDER}/result; exit; }
done
echo "ami-action ${nonce} 0 end 0" >${GUEST_FOLDER}/result
`
}

/** Leaves with 0 in every case, so that the builder powers off; whether the image is good is said by the last mark, in one line. */
function finishScript(nonce: string): string {
  return `result=$(cat ${GUEST_FOLDER}/result)
if [ "$result" = "ami-action ${nonce} 0 end 0" ]; then
  bash ${GUEST_FOLDER}/packages >>/dev/console
  said=$(bash ${GUEST_FOLDER}/seal 2>&1) || result="ami-action ${nonce} 0 unsealed \${said##*$'\\n'}"
fi
for _ in 1 2 3; do echo "$result" >>/dev/console; done
sync
exit 0
`
}
