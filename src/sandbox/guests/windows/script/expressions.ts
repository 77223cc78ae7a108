import type { Constants, Value } from './constants.ts'
import type { Shell } from './shell.ts'
import { readText } from './texts.ts'
import { readValue } from './values.ts'
import { endOf, splitOutside } from './words.ts'

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
