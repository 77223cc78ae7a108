import { ServiceError } from './errors.ts'

/**
 * Refuses parameters that the sandbox does not model though they would change what comes of the request: nobody is to
 * believe that they were heeded. Errors: UnsupportedOperation.
 */
export function refuseUnmodelled<Input extends object>(input: Input, names: readonly (keyof Input & string)[]): void {
  const given = names.find(name => isAsked(input[name]))
  if (given === undefined) return
  throw new ServiceError('UnsupportedOperation', `The sandbox does not model ${given}`)
}

/** Some clients send what they do not mean: false, zero, an empty text, an empty list. */
const isAsked = (value: unknown): boolean =>
  value !== undefined && value !== false && value !== 0 && value !== '' && !(Array.isArray(value) && value.length === 0)
