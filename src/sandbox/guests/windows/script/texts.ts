import type { Constants, Value } from './constants.ts'
import { readExpression } from './expressions.ts'
import { endOf } from './words.ts'

/** Strings, numbers and variables. */
export function readText(text: string, constants: Constants): Value | undefined {
  if (/^'(?:[^']|'')*'$/.test(text)) return () => text.slice(1, -1).replaceAll("''", "'")
  if (/^"(?:[^"`]|""|`.)*"$/s.test(text)) return interpolate(text.slice(1, -1), constants)
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return () => text
  return readVariable(text, constants)
}

const NAMED: Readonly<Record<string, Value>> = {
  true: () => 'True',
  false: () => 'False',
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
