import { type Condition, checkVariables, compileConditions } from './conditions.ts'
import { compilePattern } from './patterns.ts'

/** A statement of an identity-based policy, compiled. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny'
  matchesAction(action: string): boolean
  matchesResource(arn: string): boolean
  readonly conditions: readonly Condition[]
  /** The actions that it has allowed so far. */
  readonly used: Set<string>
}

const VERSIONS: readonly unknown[] = ['2012-10-17', '2008-10-17', undefined]
const ELEMENTS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']

/**
 * Reads an identity-based policy. Errors: an Error whose message completes "not …": what of it IAM would refuse, or
 * the sandbox does not model.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function readDocument(document: unknown): Statement[] {
  const { Version, Id, Statement: statements, ...more } = asObject(document, 'a document')
  refuseMore(more)
  if (Id !== undefined && typeof Id !== 'string') throw new Error('an Id that is no text')
  if (!VERSIONS.includes(Version)) throw new Error(`Version ${JSON.stringify(Version)}`)
  if (statements === undefined) throw new Error('a document without Statement')
  return [statements].flat().map(readStatement)
}

function readStatement(value: unknown): Statement {
  const statement = asObject(value, 'a statement')
  const { Effect: effect, Condition: condition } = statement
  refuseMore(Object.fromEntries(Object.entries(statement).filter(([name]) => !ELEMENTS.includes(name))))
  if (effect !== 'Allow' && effect !== 'Deny') throw new Error(`Effect ${JSON.stringify(effect)}`)
  return {
    effect,
    matchesAction: readElement(statement, 'Action', compileAction),
    matchesResource: readElement(statement, 'Resource', compileResource),
    conditions: compileConditions(condition),
    used: new Set()
  }
}

/** Reads an element that is given either so or with `Not` before it. */
function readElement(
  statement: Readonly<Record<string, unknown>>,
  name: 'Action' | 'Resource',
  compile: (pattern: string) => (text: string) => boolean
): (text: string) => boolean {
  const given = statement[name]
  const not = statement[`Not${name}`]
  if ((given === undefined) === (not === undefined))
    throw new Error(`a statement without one of ${name} and Not${name}`)
  const tests = textsOf(given ?? not, name).map(compile)
  const negated = not !== undefined
  return text => tests.some(test => test(text)) !== negated
}

/** Names of actions are not case-sensitive. */
function compileAction(pattern: string): (text: string) => boolean {
  if (!/^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/.test(pattern)) throw new Error(`Action ${JSON.stringify(pattern)}`)
  const matches = compilePattern(pattern.toLowerCase())
  return text => matches(text.toLowerCase())
}

function compileResource(pattern: string): (text: string) => boolean {
  if (pattern !== '*' && !/^arn:([^:]*:){4}./.test(pattern)) throw new Error(`Resource ${JSON.stringify(pattern)}`)
  return compilePattern(checkVariables(pattern))
}

function textsOf(value: unknown, name: string): string[] {
  const list = [value].flat()
  if (list.length === 0 || !list.every(each => typeof each === 'string')) throw new Error(`${name} that is no text`)
  return list
}

function asObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new Error(`${what} that is no object`)
}

/** Principal, for one, belongs to resource-based policies. */
function refuseMore(more: object): void {
  const [name] = Object.keys(more)
  if (name !== undefined) throw new Error(`the element ${name}`)
}
