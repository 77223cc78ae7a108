/** An error as the service would answer it: EC2's own code, its sentence, and the HTTP status. */
export class ServiceError extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.name = 'ServiceError'
    this.code = code
    this.status = status
  }
}

/** EC2's MissingParameter; `path` is the parameter as a request names it, such as `groupId`. */
export function missingParameter(path: string): ServiceError {
  return new ServiceError('MissingParameter', `The request must contain the parameter ${path}`)
}

/** EC2's InvalidParameterValue; `expected` completes the sentence "Expected …". */
export function invalidValue(path: string, value: string, expected: string): ServiceError {
  return new ServiceError(
    'InvalidParameterValue',
    `Value (${value.slice(0, 100)}) for parameter ${path} is invalid. Expected ${expected}.`
  )
}
