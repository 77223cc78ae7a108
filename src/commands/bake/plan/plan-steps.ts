import type { Image } from '@aws-sdk/client-ec2'
import { AmiError } from '../../../errors.ts'
import { checkCommandSize } from '../../../guest/command-document.ts'
import { toScriptStep } from '../../../guest/files-script.ts'
import { stepScript } from '../../../guest/step-script.ts'
import { provisioningUserData } from '../../../guest/user-data.ts'
import { stepScript as powerShellOf } from '../../../guest/windows/step-script.ts'
import type { Recipe, Step } from '../../../recipe/recipe.ts'
import { isWindows } from './choose-base.ts'

const ANY_NONCE = '0'.repeat(12)
const ANY_DEADLINE_SECONDS = 86_400

/** A Run Command document with its parameters may have 64 KB. */
const POWERSHELL_BYTES = 60_000

/** What of the steps can't run on the base's system, or doesn't fit into the way it goes to the builder. */
export function checkSteps(recipe: Recipe, base: Image): AmiError[] {
  const { steps } = recipe.provision
  if (!isWindows(base)) return [...steps.flatMap(checkLinuxStep), ...checkSize(recipe)]
  return [...checkWindows(recipe), ...steps.slice(recipe.provision.patch ? 1 : 0).flatMap(checkWindowsStep)]
}

function checkWindows({ provision: { via, patch } }: Recipe): AmiError[] {
  const byUserData = 'Expected Windows to be provisioned through Run Command, found `via: user-data`'
  const patched = 'Expected no `patch` with a Windows base: it runs package managers of Linux'
  return [
    ...(via === 'ssm' ? [] : [new AmiError('RECIPE', byUserData, { hint: 'Use `provision: { via: ssm }`.' })]),
    ...(patch ? [new AmiError('RECIPE', patched, { hint: 'Install the updates in a step.' })] : [])
  ]
}

function checkLinuxStep(step: Step): AmiError[] {
  const at = step.place
  if (step.kind === 'run' && step.shell !== 'bash')
    return [refuse(step, 'a bash script, as the base is Linux, found PowerShell', 'Leave `shell` out, or say `bash`.')]
  const wrong = step.kind === 'files' ? step.files.find(({ target }) => !target.startsWith('/')) : undefined
  return wrong
    ? [new AmiError('RECIPE', `Expected a path of Linux, which the base is, found ${wrong.target}`, { at })]
    : []
}

function checkWindowsStep(step: Step): AmiError[] {
  const at = step.place
  if (step.kind === 'run' && step.shell !== 'powershell')
    return [refuse(step, 'a PowerShell script, as the base is Windows, found bash', 'Say `shell: powershell`.')]
  const wrong = step.kind === 'files' ? step.files.find(({ target }) => target.startsWith('/')) : undefined
  if (wrong)
    return [new AmiError('RECIPE', `Expected a path of Windows, which the base is, found ${wrong.target}`, { at })]
  const bytes = Buffer.byteLength(powerShellOf(step))
  const size = `${POWERSHELL_BYTES} bytes, which is what Run Command takes of PowerShell, found ${bytes}`
  return bytes <= POWERSHELL_BYTES ? [] : [refuse(step, `at most ${size}`, 'Fetch large content in the step.')]
}

const refuse = ({ name, place: at }: Step, expected: string, hint: string): AmiError =>
  new AmiError('RECIPE', `Expected step '${name}' to be ${expected}`, { hint, at })

function checkSize({ provision }: Recipe): AmiError[] {
  try {
    const steps = provision.steps.map(toScriptStep)
    if (provision.via === 'user-data') provisioningUserData(steps, ANY_NONCE, ANY_DEADLINE_SECONDS)
    else {
      for (const [i, step] of steps.entries()) {
        checkCommandSize(stepScript(step, { nonce: ANY_NONCE, step: i + 1 }), `step '${step.name}'`, step.place)
      }
    }
    return []
  } catch (error) {
    if (error instanceof AmiError) return [error]
    throw error
  }
}
