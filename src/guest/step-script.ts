import type { ScriptStep } from '../recipe/recipe.ts'
import { deadlineAfterReboot } from './deadline.ts'
import { GUEST_FOLDER, quote } from './shell.ts'

/** What marks our lines on the instance's console. The nonce keeps a script's own output from passing for a mark. */
export interface Mark {
  readonly nonce: string
  /** The number of the step, from 1. */
  readonly step: number
  /** When the builder ends itself; a step that reboots it may be the first to run after the reboot. */
  readonly deadline?: Date
}

/** How many bytes of a step's output reach Run Command, which keeps the first 24,000 characters. */
const TAIL_BYTES = 20_000

/**
 * Bash that runs one step and leaves with its exit code (124 after its time-out). Each line of output goes to the
 * console as it comes, marked, and at the end the last lines go to stdout, their total number first.
 *
 * The reader is a process of its own: a daemon that the step leaves behind may keep the output open without holding
 * up the bake. It says in a file that it has read all, as its id is unknown to bash before 4.4. A step that had to be
 * killed left with 137, which would tell of lacking memory. With 194 the step asks Run Command for a reboot, after which
 * all of this runs again.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-reboot.html
 */
export function stepScript(step: ScriptStep, { nonce, step: number, deadline }: Mark): string {
  const path = `${GUEST_FOLDER}/step-${number}`
  const prefix = `ami-action ${nonce} ${number}`
  return `mkdir -p -m 700 ${GUEST_FOLDER}
${deadline ? deadlineAfterReboot(deadline) : ''}base64 -d >${path} <<'AMI_ACTION_SCRIPT'
${wrap(Buffer.from(step.script).toString('base64'))}
AMI_ACTION_SCRIPT
console=/dev/console; : 2>/dev/null >>$console || console=/dev/null
: >${path}.log; rm -f ${path}.read
echo ${quote(`${prefix} begin`)} >>$console
exec 3> >(exec >/dev/null 2>&1; while IFS= read -r line || [ -n "$line" ]; do
  printf '%s\\n' "$line" >>${path}.log
  printf '%s | %s\\n' ${quote(prefix)} "$line" >>$console
done; : >${path}.read)
env ${environment(step)} timeout --kill-after=10 ${step.timeoutSeconds} bash -euo pipefail ${path} >&3 2>&3 3>&- </dev/null
code=$?
[ $code -ne 137 ] || [ $SECONDS -lt ${step.timeoutSeconds} ] || code=124
exec 3>&-
for _ in {1..20}; do [ ! -e ${path}.read ] || break; sleep 0.1; done
echo "ami-action lines $(wc -l <${path}.log)"
tail -c ${TAIL_BYTES} ${path}.log
echo "${prefix} end $code" >>$console
exit $code
`
}

const environment = (step: ScriptStep): string =>
  [
    'DEBIAN_FRONTEND=noninteractive',
    ...Object.entries(step.env).map(([name, value]) => `${name}=${quote(value)}`)
  ].join(' ')

/** Keeps lines short: Run Command's document and consoles both dislike very long ones. */
const wrap = (text: string): string => text.replace(/.{1,120}/g, '$&\n').trimEnd()
