import { endOf } from './words.ts'

/** A script as its structure has it: commands are text yet. */
export type Statement =
  | { readonly kind: 'command'; readonly text: string; readonly line: number }
  | { readonly kind: 'if'; readonly branches: readonly Branch[]; readonly line: number }

interface Branch {
  /** Undefined for `else`. */
  readonly condition: string | undefined
  readonly body: readonly Statement[]
}

const MAX_DEPTH = 20
const SEPARATOR = /[;\r\n]/
const BLANK = /(?:\s|;|`\r?\n)*/y
const COMMENT = /<#[\s\S]*?#>|#[^\n]*/y

/** Reads the part of PowerShell that scripted guests know: commands, and `if`. All else comes out as commands. */
export const parsePowerShell = (text: string): Statement[] => parseStatements(blankComments(text), 1, 0)

/** Of a batch file each line is a command. */
export const parseBatch = (text: string): Statement[] =>
  text
    .split(/\r?\n/)
    .map((line, i) => ({ kind: 'command' as const, text: line.trim().replace(/^@/, ''), line: i + 1 }))
    .filter(statement => !/^(rem\b.*|::.*|echo off|)$/i.test(statement.text))

function parseStatements(text: string, firstLine: number, depth: number): Statement[] {
  const statements: Statement[] = []
  let line = firstLine
  let counted = 0
  for (let at = skip(text, 0); at < text.length; at = skip(text, at)) {
    line += newLines(text, counted, at)
    counted = at
    const found = depth < MAX_DEPTH ? readIf(text, at, line, depth) : undefined
    const end = found?.end ?? endOfCommand(text, at)
    if (found) statements.push({ kind: 'if', branches: found.branches, line })
    else statements.push({ kind: 'command', text: joinLines(text.slice(at, end)), line })
    at = end
  }
  return statements
}

const newLines = (text: string, from: number, to: number): number => text.slice(from, to).split('\n').length - 1

/** An apostrophe in a comment begins no string. Lines stay where they are. */
function blankComments(text: string): string {
  let blanked = ''
  for (let at = 0; at < text.length; ) {
    const isQuote = text[at] === "'" || text[at] === '"'
    const mayComment = text[at] === '<' || (text[at] === '#' && /[\s;{}(]/.test(text[at - 1] ?? ' '))
    COMMENT.lastIndex = at
    const [comment] = (mayComment && COMMENT.exec(text)) || []
    const end = isQuote ? (endOf(text, at) ?? text.length) : at + 1
    blanked += comment?.replace(/[^\n]/g, ' ') ?? text.slice(at, end)
    at = comment === undefined ? end : at + comment.length
  }
  return blanked
}

function skip(text: string, at: number): number {
  BLANK.lastIndex = at
  return at + (BLANK.exec(text)?.[0].length ?? 0)
}

function endOfCommand(text: string, start: number): number {
  let at = start
  while (at < text.length && !SEPARATOR.test(text[at] ?? '')) {
    if (text[at] === '`') at += text.startsWith('`\r\n', at) ? 3 : 2
    else at = endOf(text, at) ?? text.length
  }
  return at
}

const joinLines = (text: string): string => text.replace(/`\r?\n\s*/g, ' ').trim()

/** Reads `if`, `elseif` and `else` with their bodies. Undefined where there is none at this place. */
function readIf(text: string, start: number, line: number, depth: number) {
  const branches: Branch[] = []
  let word = wordAt(text, start, /if\s*(?=\()/iy)
  let at = start
  while (word !== undefined) {
    const from = at + word.length
    const isElse = text[from] === '{'
    const conditionEnd = isElse ? from : endOf(text, from)
    const bodyStart = conditionEnd === undefined ? text.length : skip(text, conditionEnd)
    const end = text[bodyStart] === '{' ? endOf(text, bodyStart) : undefined
    if (end === undefined) return undefined
    const condition = isElse ? undefined : text.slice(from + 1, (conditionEnd ?? from) - 1)
    const bodyLine = line + newLines(text, start, bodyStart)
    branches.push({ condition, body: parseStatements(text.slice(bodyStart + 1, end - 1), bodyLine, depth + 1) })
    at = end
    const next = skip(text, at)
    word = isElse ? undefined : wordAt(text, next, /elseif\s*(?=\()|else\s*(?=\{)/iy)
    if (word !== undefined) at = next
  }
  return branches.length > 0 ? { branches, end: at } : undefined
}

function wordAt(text: string, at: number, word: RegExp): string | undefined {
  word.lastIndex = at
  return word.exec(text)?.[0]
}
