import { CMDLETS, WRITE_BYTES } from './cmdlets.ts'
import type { Act } from './compile-command.ts'
import { EC2LAUNCH_V2 } from './ec2launch-v2.ts'
import { LIST_PACKAGES } from './list-packages.ts'
import { REGISTER_TASK, UNREGISTER_TASK } from './scheduled-tasks.ts'
import type { Shell } from './shell.ts'
import { SYSPREP } from './sysprep-commands.ts'
import { hasPath } from './values.ts'

/** A command that scripted guests know. */
export interface Command {
  /** Matches its words with single blanks between them, backslashes in the first. */
  readonly pattern: RegExp
  /** The file without which there is no such command on a machine. */
  readonly program?: string
  act(shell: Shell, words: Readonly<Record<string, string | undefined>>): void | Promise<void>
}

const COMMANDS: readonly Command[] = [...EC2LAUNCH_V2, ...SYSPREP, ...CMDLETS]

/** Commands that other cmdlets or variables are a part of: matched before anything is looked up in them. */
const WHOLE_LINES: readonly Command[] = [REGISTER_TASK, UNREGISTER_TASK, WRITE_BYTES, LIST_PACKAGES]

/** What a line does that is known as a whole. Undefined where it is not. */
export function findLine(text: string): Act | undefined {
  const line = text.replace(/\s+/g, ' ')
  for (const command of WHOLE_LINES) {
    const found = command.pattern.exec(line)
    if (found) return shell => perform(command, found.groups ?? {}, line, shell)
  }
  return undefined
}

/** What a command does. Undefined where it is not known. */
export function findCommand([name = '', ...rest]: readonly string[]): Act | undefined {
  const line = [name.replaceAll('/', '\\'), ...rest].join(' ')
  for (const command of COMMANDS) {
    const found = command.pattern.exec(line)
    if (found) return shell => perform(command, found.groups ?? {}, name, shell)
  }
  return undefined
}

function perform(
  { program, act }: Command,
  words: Readonly<Record<string, string>>,
  name: string,
  shell: Shell
): void | Promise<void> {
  if (program && !hasPath(shell.machine.system, program)) {
    const sentence = `is not recognized as the name of a cmdlet, function, script file, or operable program.`
    return shell.fail(`${name} : The term '${name}' ${sentence}`)
  }
  return act(shell, words)
}
