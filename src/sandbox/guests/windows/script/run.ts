import type { RunRequest, RunResult } from '../../guests.ts'
import type { Machine } from '../machine.ts'
import { compile } from './compile.ts'
import type { Act, Compiled, Language } from './compile-command.ts'
import { type Constants, makeConstants } from './constants.ts'
import { parseBatch, parsePowerShell } from './parse.ts'
import { Exit, Shell, Terminated, TimedOut } from './shell.ts'

type Limits = Pick<RunRequest, 'signal' | 'timeoutSeconds' | 'onOutput' | 'env'>

/** Runs a script of AWS-RunPowerShellScript. Errors: PoweredOff. */
export const runPowerShell = (machine: Machine, request: RunRequest): Promise<RunResult> =>
  runScript(machine, request.script, 'powershell', request)

/**
 * Runs a script whose every command is known, in branches not taken as well. Of any other nothing is run: the result
 * names what is not known and never counts as passed. A script that runs to its end has passed, as with
 * `powershell.exe -File`. Errors: PoweredOff.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-handle-exit-status.html
 */
export async function runScript(
  machine: Machine,
  text: string,
  language: Language,
  limits: Limits
): Promise<RunResult> {
  const { act, unknown } = read(text, language, makeConstants(limits.env))
  if (unknown.length > 0) return { exitCode: 0, stdout: '', stderr: '', timedOut: false, notRun: sayUnknown(unknown) }
  const shell = new Shell(machine, limits)
  const { exitCode, timedOut } = await finish(act, shell)
  return { exitCode, stdout: shell.stdout, stderr: shell.stderr, timedOut }
}

function read(text: string, language: Language, constants: Constants): Compiled {
  try {
    return compile(language === 'batch' ? parseBatch(text) : parsePowerShell(text), language, constants)
  } catch (error) {
    if (error instanceof RangeError) return { act: () => undefined, unknown: ['not run: brackets are nested too deep'] }
    throw error
  }
}

async function finish(act: Act, shell: Shell): Promise<{ exitCode: number; timedOut: boolean }> {
  try {
    await act(shell)
    return { exitCode: 0, timedOut: false }
  } catch (error) {
    if (error instanceof Terminated) shell.printError(error.message)
    if (error instanceof Exit) return { exitCode: error.code, timedOut: false }
    if (error instanceof TimedOut) return { exitCode: 137, timedOut: true }
    throw error
  }
}

const sayUnknown = (unknown: readonly string[]): string =>
  ['the scripted Windows guest does not know all of this script, so nothing of it was run', ...unknown].join('\n')
