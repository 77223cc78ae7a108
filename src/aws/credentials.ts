import {
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityResponse,
  type STSClient
} from '@aws-sdk/client-sts'
import { AmiError } from '../errors.ts'
import type { Run } from '../run.ts'
import type { Ec2Clock } from './clock.ts'

export interface TemporaryCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Date
}

/** A session is renewed when less than this is left of it, so that no request is signed with keys about to end. */
const RENEW_BEFORE_MS = 5 * 60_000
/** Not the run's own signal: cleanup after a cancellation may need a new session, too. */
const TIMEOUT_MS = 30_000

/**
 * Credentials of the role to assume, from GitHub's OIDC token; renewed whenever they run out, so that a bake may
 * outlast a session.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export class OidcCredentials {
  readonly #run: Run
  readonly #clock: Ec2Clock
  readonly #sts: STSClient
  #session: TemporaryCredentials | undefined
  #renewal: Promise<TemporaryCredentials> | undefined

  constructor(run: Run, clock: Ec2Clock, sts: STSClient) {
    this.#run = run
    this.#clock = clock
    this.#sts = sts
  }

  /** The present session, or a new one. Errors: OIDC, CREDENTIALS. */
  async get(): Promise<TemporaryCredentials> {
    const session = this.#session
    const leftMs = session ? session.expiration.getTime() - this.#clock.now().getTime() : 0
    return session && leftMs > RENEW_BEFORE_MS ? session : this.renew()
  }

  /** Assumes the role anew; calls that come meanwhile share the one request. */
  async renew(): Promise<TemporaryCredentials> {
    this.#renewal ??= this.#assume()
    try {
      this.#session = await this.#renewal
      return this.#session
    } finally {
      this.#renewal = undefined
    }
  }

  async #assume(): Promise<TemporaryCredentials> {
    const { roleToAssume = '', roleSessionName, roleDurationSeconds, audience } = this.#run.inputs
    const token = await this.#run.idToken(audience)
    const request = new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleToAssume,
      RoleSessionName: roleSessionName,
      DurationSeconds: roleDurationSeconds,
      WebIdentityToken: token
    })
    try {
      const { Credentials: credentials } = await this.#sts.send(request, {
        abortSignal: AbortSignal.timeout(TIMEOUT_MS)
      })
      return this.#keep(credentials)
    } catch (error) {
      throw explain(error, roleToAssume, audience)
    }
  }

  #keep(credentials: AssumeRoleWithWebIdentityResponse['Credentials']): TemporaryCredentials {
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {}
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
      throw new AmiError('CREDENTIALS', 'STS answered without credentials')
    }
    this.#run.mask(SecretAccessKey)
    this.#run.mask(SessionToken)
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration
    }
  }
}

function explain(error: unknown, role: string, audience: string): AmiError {
  if (error instanceof AmiError) return error
  const name = error instanceof Error ? error.name : ''
  const hints: Record<string, string> = {
    InvalidIdentityToken: `Expected an OIDC provider token.actions.githubusercontent.com in the role's account with the audience ${audience}; the input audience must be one that the provider lists.`,
    ExpiredTokenException: `GitHub's token had expired when STS read it; run the job again, and check the runner's clock.`,
    AccessDenied: `The role's trust policy must allow sts:AssumeRoleWithWebIdentity for this repository: check its conditions on token.actions.githubusercontent.com:sub and :aud.`
  }
  const key =
    name === 'InvalidIdentityTokenException'
      ? 'InvalidIdentityToken'
      : name.replace('AccessDeniedException', 'AccessDenied')
  const reason = error instanceof Error ? error.message : String(error)
  const hint = hints[key]
  return new AmiError('CREDENTIALS', `The role ${role} could not be assumed: ${reason}`, {
    cause: error,
    ...(hint && { hint })
  })
}
