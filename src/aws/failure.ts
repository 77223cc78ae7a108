import { AmiError, type ErrorCode } from '../errors.ts'

interface Failure {
  readonly code: ErrorCode
  readonly hint?: string
}

const CREDENTIALS_HINT =
  'Give role-to-assume (with permissions: id-token: write), or run aws-actions/configure-aws-credentials before this step.'

const EXPIRED: Failure = {
  code: 'CREDENTIALS',
  hint: 'The session ended during the run; role-to-assume renews it by itself.'
}

const REFUSED: Failure = {
  code: 'CREDENTIALS',
  hint: 'The credentials are not valid, or the region is not enabled in the account.'
}

/** What the SDK or a service threw, by the name of the error. */
const FAILURES: ReadonlyMap<string, Failure> = new Map<string, Failure>([
  ['CredentialsProviderError', { code: 'CREDENTIALS', hint: CREDENTIALS_HINT }],
  ['AuthFailure', REFUSED],
  ['InvalidSignatureException', REFUSED],
  ['UnrecognizedClientException', REFUSED],
  ['InvalidClientTokenId', REFUSED],
  ['RequestExpired', EXPIRED],
  ['ExpiredToken', EXPIRED],
  ['ExpiredTokenException', EXPIRED],
  [
    'InsufficientInstanceCapacity',
    { code: 'CAPACITY', hint: 'Name more instance types or subnets under builder in the recipe.' }
  ],
  ['InstanceLimitExceeded', { code: 'QUOTA' }],
  ['VcpuLimitExceeded', { code: 'QUOTA' }],
  ['ResourceLimitExceeded', { code: 'QUOTA' }]
])

const DENIED = new Set(['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException'])

/**
 * Says a failed call in one sentence: which call, where, what the service said, and for a denial the IAM action that
 * is missing. `action` is the call's IAM action, such as `ec2:RunInstances`.
 */
export function describeFailure(error: unknown, action: string, region: string): AmiError {
  if (error instanceof AmiError) return error
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) }
  const sentence = `${action} failed in ${region}: ${name}: ${withoutBlob(message)}`
  if (DENIED.has(name)) {
    return new AmiError('PERMISSION', sentence, { cause: error, hint: `Allow the IAM action ${action} for this role.` })
  }
  const { code, hint }: Failure = FAILURES.get(name) ?? { code: 'EC2' }
  return new AmiError(code, sentence, { cause: error, ...(hint && { hint }) })
}

/** EC2 appends kilobytes of encoded authorization details that only an administrator can decode. */
const withoutBlob = (message: string): string => message.replace(/\s*Encoded authorization failure message:.*$/s, '')

/** The service's own name of a failure, such as `InvalidAMIName.Duplicate`; empty where no service answered. */
export function serviceErrorName(error: unknown): string {
  const cause = error instanceof AmiError ? error.cause : error
  return cause instanceof Error ? cause.name : ''
}

/** Whether a call may succeed if made again: throttled, failed inside the service, or never answered. */
export function isTransient(error: unknown): boolean {
  const cause = error instanceof AmiError ? error.cause : error
  if (!(cause instanceof Error) || cause.name === 'CredentialsProviderError') return false
  const { $metadata: metadata } = cause as { $metadata?: { httpStatusCode?: number } }
  return /Throttl|RequestLimitExceeded|TooManyRequests/.test(cause.name) || (metadata?.httpStatusCode ?? 500) >= 500
}
