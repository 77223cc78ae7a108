import { isModelled } from './condition-keys.ts'
import { OPERATORS } from './operators.ts'

/** What is known of a request, by condition key in lower case: for most keys one value, for some several. */
export type Context = ReadonlyMap<string, readonly string[]>

/** Whether a condition of a statement holds for a request. */
export type Condition = (context: Context) => boolean

/** `[ForAllValues:|ForAnyValue:]OPERATOR[IfExists]` */
const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/

/**
 * Compiles a statement's Condition: all of its operators and keys must hold.
 * Errors: an Error that says what of it is wrong, or not modelled.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function compileConditions(value: unknown): Condition[] {
  if (value === undefined) return []
  return entries(value, 'Condition').flatMap(([operator, keys]) =>
    entries(keys, operator).map(([key, values]) => compileCondition(operator, key, values))
  )
}

function compileCondition(name: string, key: string, given: unknown): Condition {
  const [, quantifier, base = '', ifExists] = OPERATOR.exec(name) ?? []
  if (!isModelled(key)) throw new Error(`the condition key ${key}, which the sandbox does not model`)
  const values = textsOf(given, key)
  if (base === 'Null' && !quantifier && !ifExists) return compileNull(key, values)
  const operator = OPERATORS.get(base)
  if (!operator) throw new Error(`the operator ${name}, which the sandbox does not model`)
  const tests = values.map(value => {
    const test = operator.compile(value)
    if (!test) throw new Error(`${JSON.stringify(value)} for ${name}`)
    return test
  })
  const fits = (text: string) => tests.some(test => test(text)) !== operator.negated
  const isMetWithout = quantifier ? quantifier === 'ForAllValues' : operator.negated
  return context => {
    const texts = context.get(key.toLowerCase()) ?? []
    if (texts.length === 0) return ifExists !== undefined || isMetWithout
    if (quantifier === 'ForAnyValue') return texts.some(fits)
    // A negated operator asks it of every value, any other one of a key with one value.
    return quantifier || operator.negated ? texts.every(fits) : texts.some(fits)
  }
}

function compileNull(key: string, values: readonly string[]): Condition {
  if (!values.every(value => /^(true|false)$/i.test(value))) throw new Error(`${JSON.stringify(values)} for Null`)
  const wanted = values.map(value => value.toLowerCase() === 'true')
  return context => wanted.includes((context.get(key.toLowerCase()) ?? []).length === 0)
}

function entries(value: unknown, where: string): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value)
  throw new Error(`${where} that is no object`)
}

/** JSON's numbers and booleans are taken for what they look like. */
function textsOf(value: unknown, key: string): string[] {
  const list = [value].flat()
  if (list.length === 0 || list.some(each => !['string', 'number', 'boolean'].includes(typeof each))) {
    throw new Error(`${key} without values`)
  }
  return list.map(each => checkVariables(String(each)))
}

/** Errors: an Error for a text with a policy variable. */
export function checkVariables(text: string): string {
  if (text.includes('${')) throw new Error(`${text}: the sandbox does not model policy variables`)
  return text
}
