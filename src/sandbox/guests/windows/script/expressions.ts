import type { Shell } from './shell.ts'
import { readValue } from './values.ts'
import { endOf, splitOutside } from './words.ts'

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

const TRUE = 'True'
const FALSE = 'False'
const toText = (is: boolean): string => (is ? TRUE : FALSE)
const isTrue = (text: string): boolean => !['', '0', 'false'].includes(text.toLowerCase())

const COMPARISONS: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  eq: (left, right) => left.toLowerCase() === right.toLowerCase(),
  ne: (left, right) => left.toLowerCase() !== right.toLowerCase(),
  gt: (left, right) => Number(left) > Number(right),
  lt: (left, right) => Number(left) < Number(right),
  ge: (left, right) => Number(left) >= Number(right),
  le: (left, right) => Number(left) <= Number(right),
  and: (left, right) => isTrue(left) && isTrue(right),
  or: (left, right) => isTrue(left) || isTrue(right)
}

/** Whether a condition holds; undefined where it is not known. */
export function readCondition(text: string, constants: Constants): ((shell: Shell) => Promise<boolean>) | undefined {
  const value = readExpression(text, constants)
  return value && (async shell => isTrue(await value(shell)))
}

/** Nobody writes more in one condition. */
const MAX_OPERANDS = 100

/** From what binds least to what binds most. */
const OPERATORS = [/\s-(or|and)\s/iy, /\s-(eq|ne|gt|lt|ge|le)\s/iy]

/** Reads an expression. Undefined where it is not known. */
export function readExpression(text: string, constants: Constants): Value | undefined {
  const trimmed = text.trim()
  for (const operator of OPERATORS) {
    const parts = splitOutside(trimmed, operator)
    if (parts && parts.length > 1) return readOperation(trimmed, parts, constants)
  }
  return (
    readNot(trimmed, constants) ??
    readText(trimmed, constants) ??
    readValue(trimmed, constants) ??
    readParentheses(trimmed, constants)
  )
}

/** The last of several operators is done last. */
function readOperation(text: string, parts: readonly string[], constants: Constants): Value | undefined {
  if (parts.length > MAX_OPERANDS) return undefined
  const last = parts.at(-1) ?? ''
  const before = text.slice(0, text.length - last.length)
  const [sign = '', name = ''] = /\s-(\w+)\s$/.exec(before) ?? []
  const compare = COMPARISONS[name.toLowerCase()]
  const right = readExpression(last, constants)
  const left = right && readExpression(before.slice(0, before.length - sign.length), constants)
  return compare && left && right && (async shell => toText(compare(await left(shell), await right(shell))))
}

function readNot(text: string, constants: Constants): Value | undefined {
  const [, rest] = /^(?:-not\s|!)\s*(?![!\s]|-not\s)(.+)$/is.exec(text) ?? []
  const value = rest && readExpression(rest, constants)
  return value ? async shell => toText(!isTrue(await value(shell))) : undefined
}

function readParentheses(text: string, constants: Constants): Value | undefined {
  return text.startsWith('(') && endOf(text, 0) === text.length
    ? readExpression(text.slice(1, -1), constants)
    : undefined
}

/** Strings, numbers and variables. */
export function readText(text: string, constants: Constants): Value | undefined {
  if (/^'(?:[^']|'')*'$/.test(text)) return () => text.slice(1, -1).replaceAll("''", "'")
  if (/^"(?:[^"`]|""|`.)*"$/s.test(text)) return interpolate(text.slice(1, -1), constants)
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return () => text
  return readVariable(text, constants)
}

const NAMED: Readonly<Record<string, Value>> = {
  true: () => TRUE,
  false: () => FALSE,
  null: () => '',
  lastexitcode: ({ lastExitCode }) => String(lastExitCode),
  'env:computername': ({ machine }) => machine.system.computerName
}

function readVariable(text: string, constants: Constants): Value | undefined {
  const [, braced, plain] = /^\$(?:\{([\w:()]+)\}|((?:env:)?\w+))$/i.exec(text) ?? []
  const name = (braced ?? plain ?? '').toLowerCase()
  if (!name) return undefined
  const constant = constants.get(name)
  if (constant !== undefined) return () => constant
  if (Object.hasOwn(NAMED, name)) return NAMED[name]
  // A variable that was never set is empty in PowerShell; here nobody knows whether it was.
  return constants.has(`set:${name}`) ? ({ variables }) => variables.get(name) ?? '' : undefined
}

const PIECE = /`(.)|"(")|\$\{[\w:()]+\}|\$(?:env:)?\w+|\$(?=\()/gis

/** Variables and `$(…)` in a string. */
function interpolate(text: string, constants: Constants): Value | undefined {
  const values: Value[] = []
  let from = 0
  for (let found = nextPiece(text, from); found; found = nextPiece(text, from)) {
    const literal = text.slice(from, found.index)
    const [piece, escaped, quote] = found
    const start = found.index + piece.length
    const end = piece === '$' ? endOf(text, start) : start
    if (end === undefined) return undefined
    const plain = escaped ?? quote
    const value = plain === undefined ? readPiece(piece, text.slice(start, end), constants) : () => plain
    if (!value) return undefined
    values.push(() => literal, value)
    from = end
  }
  const rest = text.slice(from)
  return async shell => (await Promise.all(values.map(value => value(shell)))).join('') + rest
}

function nextPiece(text: string, from: number): RegExpExecArray | null {
  PIECE.lastIndex = from
  return PIECE.exec(text)
}

const readPiece = (piece: string, inner: string, constants: Constants): Value | undefined =>
  piece === '$' ? readExpression(inner, constants) : readVariable(piece, constants)

/** The content of a word that is the same on every machine. Undefined for any other. */
export function readConstant(word: string, constants: Constants): string | undefined {
  if (/^'(?:[^']|'')*'$/.test(word)) return word.slice(1, -1).replaceAll("''", "'")
  const plain = word.replace(/\$\{([\w:()]+)\}|\$((?:env:)?\w+)/gi, (variable, braced, name) => {
    return constants.get((braced ?? name).toLowerCase()) ?? variable
  })
  if (/^"[^"$`]*"$/.test(plain)) return plain.slice(1, -1)
  return /[$`"'(){}@|<>]/.test(plain) ? undefined : plain
}
