import { AmiError } from '../../../errors.ts'
import { formatDuration } from '../../../image/duration.ts'
import type { Step } from '../../../recipe/recipe.ts'

const LAST_LINES = 10
/** The exit code of `timeout`. */
export const TIMED_OUT = 124
/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-reboot.html */
const REBOOT = 194

/** What a user needs to see of a failed step at once: its name, exit code and last lines, at its place in the recipe. */
export function stepFailed(step: Step, exitCode: number, lines: readonly string[], notRun?: string): AmiError {
  const end = notRun ? `was not run: ${notRun}` : describeEnd(step, exitCode)
  const tail = lines.slice(-LAST_LINES).map(line => `  ${line}`)
  const output = tail.length > 0 ? ['Its last lines:', ...tail] : ['It wrote nothing.']
  return new AmiError('STEP_FAILED', [`Step '${step.name}' ${end}.`, ...(notRun ? [] : output)].join('\n'), {
    at: step.place
  })
}

function describeEnd({ timeoutSeconds }: Step, exitCode: number): string {
  if (exitCode === TIMED_OUT)
    return `did not end within its time-out of ${formatDuration(timeoutSeconds)} (exit code ${TIMED_OUT})`
  if (exitCode === REBOOT)
    return `asked for a reboot (exit code ${REBOOT}), which only \`provision: { via: ssm }\` can give it`
  return `ended with exit code ${exitCode}`
}
