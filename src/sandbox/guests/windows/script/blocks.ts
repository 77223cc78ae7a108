import type { If, Statement, Try } from './statements.ts'
import { endOf } from './words.ts'

/** Reads the statements of a part of the script. */
export type ReadBody = (from: number, to: number) => readonly Statement[]

/** What was read, and where it ends. Undefined where there is none at this place, or it has no end. */
type Found<T> = { readonly statement: T; readonly end: number } | undefined

const BLANK = /(?:\s|;|`\r?\n)*/y

/** Where the next statement begins. */
export function skipBlank(text: string, at: number): number {
  BLANK.lastIndex = at
  return at + (BLANK.exec(text)?.[0].length ?? 0)
}

function wordAt(text: string, at: number, word: RegExp): string | undefined {
  word.lastIndex = at
  return word.exec(text)?.[0]
}

interface Body {
  readonly statements: readonly Statement[]
  readonly end: number
}

/** A body in braces, which may be on the next line. */
function bodyAt(text: string, at: number, readBody: ReadBody): Body | undefined {
  const start = skipBlank(text, at)
  const end = text[start] === '{' ? endOf(text, start) : undefined
  return end === undefined ? undefined : { statements: readBody(start + 1, end - 1), end }
}

/** Reads `if` with its `elseif` and `else`. */
export function readIf(text: string, start: number, line: number, readBody: ReadBody): Found<If> {
  const branches: If['branches'][number][] = []
  let word = wordAt(text, start, /if\s*(?=\()/iy)
  let at = start
  while (word !== undefined) {
    const from = at + word.length
    const isElse = text[from] === '{'
    const conditionEnd = isElse ? from : endOf(text, from)
    const body = conditionEnd === undefined ? undefined : bodyAt(text, conditionEnd, readBody)
    if (!body) return undefined
    const condition = isElse ? undefined : text.slice(from + 1, (conditionEnd ?? from) - 1)
    branches.push({ condition, body: body.statements })
    at = body.end
    const next = skipBlank(text, at)
    word = isElse ? undefined : wordAt(text, next, /elseif\s*(?=\()|else\s*(?=\{)/iy)
    if (word !== undefined) at = next
  }
  return branches.length > 0 ? { statement: { kind: 'if', branches, line }, end: at } : undefined
}

/** Reads `try` with one `catch` for all errors, `finally`, or both. */
export function readTry(text: string, start: number, line: number, readBody: ReadBody): Found<Try> {
  const follow = (at: number, word: RegExp): Body | undefined => {
    const next = skipBlank(text, at)
    const found = wordAt(text, next, word)
    return found === undefined ? undefined : bodyAt(text, next + found.length, readBody)
  }
  const body = follow(start, /try\s*(?=\{)/iy)
  if (!body) return undefined
  const handler = follow(body.end, /catch\s*(?=\{)/iy)
  const atEnd = follow(handler?.end ?? body.end, /finally\s*(?=\{)/iy)
  if (!handler && !atEnd) return undefined
  return {
    statement: {
      kind: 'try',
      body: body.statements,
      handler: handler?.statements,
      atEnd: atEnd?.statements ?? [],
      line
    },
    end: atEnd?.end ?? handler?.end ?? body.end
  }
}
