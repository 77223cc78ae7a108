import type { Shell } from './shell.ts'

/** What an expression is worth, as PowerShell would print it. */
export type Value = (shell: Shell) => string | Promise<string>

/** What is known of a script before it runs: its variables whose content does not depend on the machine. */
export type Constants = Map<string, string>

const FOLDERS: Readonly<Record<string, string>> = {
  'env:programfiles': 'C:\\Program Files',
  'env:programdata': 'C:\\ProgramData',
  'env:systemroot': 'C:\\Windows',
  'env:windir': 'C:\\Windows',
  'env:systemdrive': 'C:',
  'env:temp': 'C:\\Windows\\Temp'
}

export const makeConstants = (env: Readonly<Record<string, string>> = {}): Constants =>
  new Map([
    ...Object.entries(FOLDERS),
    ...Object.entries(env).map(([name, value]): [string, string] => [`env:${name.toLowerCase()}`, value])
  ])

/** The content of a word that is the same on every machine. Undefined for any other. */
export function readConstant(word: string, constants: Constants): string | undefined {
  if (/^'(?:[^']|'')*'$/.test(word)) return word.slice(1, -1).replaceAll("''", "'")
  const plain = word.replace(/\$\{([\w:()]+)\}|\$((?:env:)?\w+)/gi, (variable, braced, name) => {
    return constants.get((braced ?? name).toLowerCase()) ?? variable
  })
  if (/^"[^"$`]*"$/.test(plain)) return plain.slice(1, -1)
  return /[$`"'(){}@|<>]/.test(plain) ? undefined : plain
}
