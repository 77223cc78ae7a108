import { readIf, readTry, skipBlank } from './blocks.ts'
import type { Statement } from './statements.ts'
import { endOf } from './words.ts'

const MAX_DEPTH = 20
const SEPARATOR = /[;\r\n]/
const COMMENT = /<#[\s\S]*?#>|#[^\n]*/y

/** Reads the part of PowerShell that scripted guests know: commands, `if` and `try`. All else comes out as commands. */
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
  for (let at = skipBlank(text, 0); at < text.length; at = skipBlank(text, at)) {
    line += newLines(text, counted, at)
    counted = at
    const here = { at, line }
    const readBody = (from: number, to: number) =>
      parseStatements(text.slice(from, to), here.line + newLines(text, here.at, from), depth + 1)
    const found =
      depth < MAX_DEPTH ? (readIf(text, at, line, readBody) ?? readTry(text, at, line, readBody)) : undefined
    const end = found?.end ?? endOfCommand(text, at)
    statements.push(found?.statement ?? { kind: 'command', text: joinLines(text.slice(at, end)), line })
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

function endOfCommand(text: string, start: number): number {
  let at = start
  while (at < text.length && !SEPARATOR.test(text[at] ?? '')) {
    if (text[at] === '`') at += text.startsWith('`\r\n', at) ? 3 : 2
    else at = endOf(text, at) ?? text.length
  }
  return at
}

const joinLines = (text: string): string => text.replace(/`\r?\n\s*/g, ' ').trim()
