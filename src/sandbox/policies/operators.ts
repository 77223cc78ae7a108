import { compileArnPattern, compilePattern } from './patterns.ts'

type Test = (text: string) => boolean

/** A condition operator without its qualifiers. */
export interface Operator {
  /** Whether it asks that no value matches. */
  readonly negated: boolean
  /** Makes a test of a value that the policy gives; undefined for one that the operator cannot compare with. */
  compile(value: string): Test | undefined
}

const equals = (value: string): Test => {
  return text => text === value
}
const equalsIgnoringCase = (value: string): Test => {
  const wanted = value.toLowerCase()
  return text => text.toLowerCase() === wanted
}

type Comparison = (a: number, b: number) => boolean

const comparing =
  (read: (text: string) => number, compare: Comparison) =>
  (value: string): Test | undefined => {
    const wanted = read(value)
    return Number.isNaN(wanted) ? undefined : text => compare(read(text), wanted)
  }

const readNumber = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))
/** A W3C date and time, or seconds since 1970. */
const readTime = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text))
const readBoolean = (value: string): Test | undefined =>
  /^(true|false)$/i.test(value) ? equalsIgnoringCase(value) : undefined

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  LessThan: (a, b) => a < b,
  LessThanEquals: (a, b) => a <= b,
  GreaterThan: (a, b) => a > b,
  GreaterThanEquals: (a, b) => a >= b
}

const positive = (compile: Operator['compile']): Operator => ({ negated: false, compile })
const negative = (compile: Operator['compile']): Operator => ({ negated: true, compile })

const same: Comparison = (a, b) => a === b
const arn = (value: string): Test => compileArnPattern(value)

/**
 * The operators that the sandbox models.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['StringEquals', positive(equals)],
  ['StringNotEquals', negative(equals)],
  ['StringEqualsIgnoreCase', positive(equalsIgnoringCase)],
  ['StringNotEqualsIgnoreCase', negative(equalsIgnoringCase)],
  ['StringLike', positive(compilePattern)],
  ['StringNotLike', negative(compilePattern)],
  // The two ARN operators do the same.
  ['ArnEquals', positive(arn)],
  ['ArnLike', positive(arn)],
  ['ArnNotEquals', negative(arn)],
  ['ArnNotLike', negative(arn)],
  ['Bool', positive(readBoolean)],
  ...numbered('Numeric', readNumber),
  ...numbered('Date', readTime)
])

function numbered(kind: string, read: (text: string) => number): [string, Operator][] {
  const ordered = Object.entries(COMPARISONS).map(([name, compare]): [string, Operator] => [
    `${kind}${name}`,
    positive(comparing(read, compare))
  ])
  return [
    [`${kind}Equals`, positive(comparing(read, same))],
    [`${kind}NotEquals`, negative(comparing(read, same))],
    ...ordered
  ]
}
