/** A rule of `POST /_sandbox/faults`: which calls it concerns, and what happens to them. */
export interface FaultRule {
  readonly account?: string
  readonly region?: string
  readonly service?: string
  readonly operation?: string
  /** What the request must name anywhere: an id, a name, an instance type; `*` and `?` are wildcards. */
  readonly resource?: string
  /** How many calls it lets pass first. */
  readonly skip?: number
  /** How many calls it concerns before it is used up; without it, all. */
  readonly count?: number
  /** Which part of the calls it meets, from 0 to 1; `seed` makes the same ones in every run. */
  readonly probability?: number
  readonly seed?: number
  readonly action: FaultAction
  /** Whether the call has had its effect by then. */
  readonly when?: 'before' | 'after'
  readonly code?: string
  readonly message?: string
  readonly status?: number
  /** `slow`: how much longer; `stale`: how old; `interrupt`: how long after the launch. By the sandbox's clock. */
  readonly seconds?: number
  /** `slow`: how many times as long. */
  readonly factor?: number
}

type Check = (value: unknown) => boolean

const isText: Check = value => typeof value === 'string'
const isOneOf =
  (...words: string[]): Check =>
  value =>
    words.some(word => word === value)
const isWhole =
  (min: number, max = Number.MAX_SAFE_INTEGER): Check =>
  value =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max
const isNumber =
  (min: number, max: number): Check =>
  value =>
    typeof value === 'number' && value >= min && value <= max

const YEAR_SECONDS = 366 * 86_400

export const FIELDS: Readonly<Record<Exclude<keyof FaultRule, 'action'>, Check>> = {
  account: isText,
  region: isText,
  service: isText,
  operation: isText,
  resource: isText,
  skip: isWhole(0),
  count: isWhole(1),
  probability: isNumber(0, 1),
  seed: isWhole(0),
  when: isOneOf('before', 'after'),
  code: isText,
  message: isText,
  status: isWhole(400, 599),
  seconds: isNumber(0, YEAR_SECONDS),
  factor: isNumber(0, 1e6)
}

export type Field = keyof typeof FIELDS

/** Every rule takes these. */
export const COMMON: readonly Field[] = [
  'account',
  'region',
  'service',
  'operation',
  'resource',
  'skip',
  'count',
  'probability',
  'seed'
]

/** What can happen, and what else a rule says of it. */
export const ACTIONS = {
  /** Answers with `code`. */
  error: ['when', 'code', 'message', 'status'],
  /** Answers as the service does that is asked too often. */
  throttle: ['when', 'message'],
  /** Answers 500. */
  internal: ['when', 'message'],
  /** Answers 503. */
  unavailable: ['when', 'message'],
  /** Launches and starts find no capacity. */
  capacity: ['message'],
  /** Closes the connection. */
  drop: ['when'],
  /** Withholds the answer until the rules are cleared. */
  hold: ['when'],
  /** Never answers. */
  timeout: ['when'],
  /** What the call makes fails later. */
  fail: ['code', 'message'],
  /** What the call makes fails later, as where the key is not accessible. */
  'deny-key': [],
  /** The transitions that the call starts take longer. */
  slow: ['seconds', 'factor'],
  /** A reading call is answered as it would have been some time ago. */
  stale: ['seconds'],
  /** The Spot Instances that the call launches are interrupted. */
  interrupt: ['seconds']
} as const satisfies Readonly<Record<string, readonly Field[]>>

export type FaultAction = keyof typeof ACTIONS

/** Without them these actions would change nothing. */
export const NEEDED: Readonly<Partial<Record<FaultAction, readonly Field[]>>> = {
  slow: ['seconds', 'factor'],
  stale: ['seconds']
}

/** Operations that an action means something to, where it is not all of them. */
export const CONCERNED: Readonly<Partial<Record<FaultAction, RegExp>>> = {
  capacity: /^(RunInstances|StartInstances|CreateFleet)$/,
  interrupt: /^RunInstances$/,
  stale: /^(Describe|Get|List)/
}
