/** Everything that can go wrong, as a reader of the log and a lookup in the docs need to tell it apart. */
export const ERROR_CODES = [
  'INPUT',
  'RECIPE',
  'BASE',
  'NAME',
  'KEY',
  'NETWORK',
  'PERMISSION',
  'CREDENTIALS',
  'OIDC',
  'CAPACITY',
  'QUOTA',
  'STEP_FAILED',
  'SEAL',
  'TIMEOUT',
  'CANCELLED',
  'EC2',
  'INTERNAL'
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]

/** A place in a file of the repository, which becomes the place of an annotation. Lines and columns start at 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

interface Details {
  /** How to put it right. */
  readonly hint?: string
  readonly cause?: unknown
  readonly at?: Place
}

/** A failure a user can act on: the message says what was expected and what was found. */
export class AmiError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly at: Place | undefined

  constructor(code: ErrorCode, message: string, { hint, cause, at }: Details = {}) {
    super(message, { cause })
    this.name = 'AmiError'
    this.code = code
    this.hint = hint
    this.at = at
  }
}

/** Several problems found at once, so that a user mends them at once. */
export class Problems extends AmiError {
  readonly problems: readonly AmiError[]

  constructor(problems: readonly [AmiError, ...AmiError[]]) {
    super(problems[0].code, problems.map(problem => problem.message).join('\n'))
    this.name = 'Problems'
    this.problems = problems
  }

  /** Throws what was found; returns where nothing was. */
  static throwIfAny(problems: readonly AmiError[]): void {
    const [first, ...rest] = problems
    if (first && rest.length === 0) throw first
    if (first) throw new Problems([first, ...rest])
  }
}
