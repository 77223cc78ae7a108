import { keep, type Machine } from './machine.ts'
import { inBackground } from './power.ts'
import { readUserData, type UserData, type UserScript } from './read-user-data.ts'
import { runScript } from './script/run.ts'
import { shutDown } from './sysprep.ts'

/** With this exit code a script asks for a restart, after which it is run again. */
const RESTART = 3010
/** So often a machine may restart in the middle of its user data. */
const MAX_RESTARTS = 5
const LONGEST_SECONDS = 86_400

const userDataOf = ({ request, system }: Machine): UserData => readUserData(request.userData, system.agent)

/** Whether the SSM agent starts only when user data has come to its end. */
export const isBeforeAgent = (machine: Machine): boolean => userDataOf(machine).isBeforeAgent

/**
 * Runs the scripts in the user data: those that are to run once only where this is the boot for it. Errors: PoweredOff,
 * also where a script has restarted the machine.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
 */
export async function runUserData(machine: Machine, isDue: boolean): Promise<void> {
  const { request, system } = machine
  const { scripts, notRun } = userDataOf(machine)
  if (isDue) for (const reason of notRun) request.onConsole(`sandbox: user data not run: ${reason}\n`)
  if (system.userDataTries > MAX_RESTARTS) return
  system.userDataTries++
  keep(machine)
  for (const script of scripts) {
    if (!isDue && script.frequency === 'once') continue
    const running = runOne(machine, script)
    if (script.isDetached) inBackground(running)
    else if ((await running) === RESTART) await shutDown(machine, 'reboot')
  }
  system.userDataTries = 0
}

async function runOne(machine: Machine, { text, language }: UserScript): Promise<number> {
  const { exitCode, notRun } = await runScript(machine, text, language, { timeoutSeconds: LONGEST_SECONDS })
  if (notRun !== undefined) machine.request.onConsole(`sandbox: user data not run: ${notRun}\n`)
  return exitCode
}
