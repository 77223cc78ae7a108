export type ErrorCode =
  | 'INPUT'
  | 'RECIPE'
  | 'BASE'
  | 'NAME'
  | 'KEY'
  | 'NETWORK'
  | 'PERMISSION'
  | 'CREDENTIALS'
  | 'OIDC'
  | 'CAPACITY'
  | 'QUOTA'
  | 'STEP_FAILED'
  | 'SEAL'
  | 'VERIFY'
  | 'TIMEOUT'
  | 'CANCELLED'
  | 'EC2'
  | 'INTERNAL'

/** A position in a file of the repository; line and column count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

export interface ErrorDetails {
  /** What would repair it, as a sentence. */
  readonly hint?: string
  readonly cause?: unknown
  /** Where the annotation goes. */
  readonly at?: Place
}

/** A failure that is told to the user; its message says what was expected and what was found. */
export class AmiError extends Error {
  override readonly name: string = 'AmiError'
  readonly code: ErrorCode
  readonly hint?: string
  readonly at?: Place

  constructor(code: ErrorCode, message: string, { hint, cause, at }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    if (hint !== undefined) this.hint = hint
    if (at !== undefined) this.at = at
  }
}

/** Several failures in one error, so that all of them are told at once; the code is the first one's. */
export class Problems extends AmiError {
  override readonly name = 'Problems'
  readonly problems: readonly AmiError[]

  constructor(first: AmiError, ...others: readonly AmiError[]) {
    const problems = [first, ...others]
    super(first.code, problems.map(problem => problem.message).join('\n'), first)
    this.problems = problems
  }
}

/** Throws what was found: nothing, the one error, or all of them as `Problems`, those that are several one by one. */
export function throwProblems(found: readonly AmiError[]): void {
  const [first, ...others] = found.flatMap(error => (error instanceof Problems ? error.problems : [error]))
  if (!first) return
  throw others.length === 0 ? first : new Problems(first, ...others)
}
