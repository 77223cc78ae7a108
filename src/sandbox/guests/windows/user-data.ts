import { WINDOWS_SECONDS } from './durations.ts'
import { goDown, type Machine } from './machine.ts'
import { inBackground } from './power.ts'
import { readUserData, type UserScript } from './read-user-data.ts'
import { runScript } from './script/run.ts'
import { releaseOf } from './system.ts'

/** With this exit code a script asks for a restart, after which it is run again: at most so often. */
const RESTART = 3010
const MAX_RESTARTS = 5
const LONGEST_SECONDS = 86_400

/**
 * Runs the scripts in the user data: those that are to run once only where this is the boot for it. Resolves when the
 * SSM agent may start: with user data of version 1.1 that is after its scripts.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
 */
export async function runUserData(machine: Machine, isDue: boolean, scheduleAgain: () => void): Promise<void> {
  const { request, system } = machine
  if (!request.userData?.length) return
  const { scripts, isBeforeAgent, notRun } = readUserData(request.userData, releaseOf(system).agent)
  for (const reason of notRun) request.onConsole(`sandbox: user data not run: ${reason}\n`)
  const due = scripts.filter(({ frequency }) => isDue || frequency === 'always')
  const running = runAll(machine, due, scheduleAgain)
  if (isBeforeAgent) return running
  inBackground(running)
}

async function runAll(machine: Machine, scripts: readonly UserScript[], scheduleAgain: () => void): Promise<void> {
  for (const script of scripts) {
    const running = runOne(machine, script)
    if (script.isDetached) inBackground(running)
    else if ((await running) === RESTART && machine.system.userDataRestarts++ < MAX_RESTARTS) {
      scheduleAgain()
      await machine.power.wait(WINDOWS_SECONDS.shutDown)
      return goDown(machine, 'reboot')
    }
  }
  machine.system.userDataRestarts = 0
}

async function runOne(machine: Machine, { text, language }: UserScript): Promise<number> {
  const { exitCode, notRun } = await runScript(machine, text, language, { timeoutSeconds: LONGEST_SECONDS })
  if (notRun !== undefined) machine.request.onConsole(`sandbox: user data not run: ${notRun}\n`)
  return exitCode
}
