import { findCommand, findLine } from './commands.ts'
import { type Constants, readConstant, type Value } from './constants.ts'
import { readExpression } from './expressions.ts'
import { type PlainCommand, rewrite } from './rewrite.ts'
import { Exit, type Shell } from './shell.ts'
import type { Command } from './statements.ts'
import { readText } from './texts.ts'
import { readValue } from './values.ts'
import { wordsOf } from './words.ts'

export type Language = 'powershell' | 'batch'

/** Something that a script does. */
export type Act = (shell: Shell) => void | Promise<void>

/** A part of a script that has been looked up. */
export interface Compiled {
  readonly act: Act
  /** What is not known: `not run: line 3: …`. */
  readonly unknown: readonly string[]
}

/** Looks up a command, an assignment, or a value that is printed. */
export function compileCommand({ text, line }: Command, language: Language, constants: Constants): Compiled {
  const plain = rewrite(text, language)
  const act = compilePlain(plain, language, constants)
  if (!act) return { act: () => undefined, unknown: [`not run: line ${line}: ${text}`] }
  return { act: shell => shell.during(plain, () => act(shell)), unknown: [] }
}

function compilePlain({ line, isCall }: PlainCommand, language: Language, constants: Constants): Act | undefined {
  return (
    findLine(line) ??
    (language === 'powershell' && !isCall ? compileLanguage(line, constants) : undefined) ??
    compileWords(line, constants) ??
    compileValue(isCall ? readValue(line, constants) : readExpression(line, constants))
  )
}

/** Assignments, and how a script ends. */
function compileLanguage(line: string, constants: Constants): Act | undefined {
  const [, name, value] = /^\$((?:env:)?\w+)\s*=\s*(.+)$/is.exec(line) ?? []
  if (name && value) return compileAssignment(name.toLowerCase(), value, constants)
  const [keyword, rest = ''] = /^(?:exit|throw)\b\s*(.*)$/is.exec(line) ?? []
  if (keyword === undefined) return undefined
  const said = rest === '' ? () => '' : readExpression(rest, constants)
  if (!said) return undefined
  if (/^exit/i.test(line)) {
    return async shell => {
      throw new Exit(Number(await said(shell)) || 0)
    }
  }
  return async shell => shell.terminate(await said(shell))
}

function compileAssignment(name: string, text: string, constants: Constants): Act | undefined {
  const constant = readText(text.trim(), constants) && readConstant(text.trim(), constants)
  const value = constant === undefined ? readExpression(text, constants) : () => constant
  if (!value) return undefined
  // Assigned a second time, a variable may be worth something else in each branch.
  if (constant !== undefined && !constants.has(name) && !constants.has(`set:${name}`)) constants.set(name, constant)
  else constants.delete(name)
  constants.set(`set:${name}`, '')
  return async shell => void shell.variables.set(name, await value(shell))
}

function compileWords(line: string, constants: Constants): Act | undefined {
  const words = wordsOf(line)
  if (!words) return undefined
  const [name = '', ...rest] = words
  if (/^(?:write-output|write-host|echo)$/i.test(name)) return compilePrint(rest, constants)
  const known = words.map(word => readConstant(word, constants))
  return known.every(word => word !== undefined) ? findCommand(known) : undefined
}

/** Without what has a meaning in PowerShell. */
const BARE_WORDS = /^(?!-)(?!.*\s-)[^$`"'(){}@|<>,]*$/

function compilePrint(words: readonly string[], constants: Constants): Act | undefined {
  const text = words.join(' ').replace(/^-(?:Object|InputObject)\s+|\s-ForegroundColor\s+\w+$/gi, '')
  const value = readExpression(text, constants) ?? (BARE_WORDS.test(text) ? () => text : undefined)
  return value && (async shell => shell.print(await value(shell)))
}

/** What an expression is worth is printed where nobody takes it. */
const compileValue = (value: Value | undefined): Act | undefined =>
  value && (async shell => shell.print(await value(shell)))
