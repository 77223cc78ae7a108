import { data, Evaluator, Lexer, Parser } from '@actions/expressions'

/** What expressions can ask for, by the context's name. */
export type Contexts = Readonly<Record<string, unknown>>

/** Whether what came before has succeeded, failed, or was cancelled. */
export type Status = 'success' | 'failure' | 'cancelled'

const STATUS_FUNCTIONS = ['success', 'failure', 'cancelled', 'always']

/** Evaluates one expression, without its braces, with GitHub's own evaluator. */
export function evaluate(expression: string, contexts: Contexts, status: Status = 'success'): unknown {
  const functions = STATUS_FUNCTIONS.map(name => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(name === 'always' || name === status)
  }))
  const expr = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), functions).parse()
  const known = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary
  const result = new Evaluator(expr, known, new Map(functions.map(each => [each.name, each]))).evaluate()
  return JSON.parse(JSON.stringify(result, data.replacer))
}

/** Puts in the values of all expressions of a text; one that is all of it keeps its type. */
export function fill(text: string, contexts: Contexts): unknown {
  const whole = /^\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(text)?.[1]
  if (whole !== undefined) return evaluate(whole, contexts)
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => toText(evaluate(expression, contexts)))
}

/** All values as text, as inputs and environment variables are. */
export function fillAll(values: Readonly<Record<string, unknown>> = {}, contexts: Contexts): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, toText(fill(String(value), contexts))])
  )
}

/** Whether a job or step runs: one that does not ask how the earlier ones ended wants them to have succeeded. */
export function isWanted(condition: unknown, contexts: Contexts, status: Status): boolean {
  const text = String(condition ?? 'success()').replace(/^\s*\$\{\{(.*)\}\}\s*$/s, '$1')
  const asks = STATUS_FUNCTIONS.some(name => text.includes(`${name}()`))
  return Boolean(evaluate(asks ? text : `success() && (${text})`, contexts, status))
}

const toText = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
