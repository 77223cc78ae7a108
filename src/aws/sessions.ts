import type { AssumeRoleResponse } from '@aws-sdk/client-sts'
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

/** The sessions of one role, one after the other, so that the work may outlast each of them. */
export abstract class Sessions {
  readonly run: Run
  readonly #clock: Ec2Clock
  #session: TemporaryCredentials | undefined
  #renewal: Promise<TemporaryCredentials> | undefined

  constructor(run: Run, clock: Ec2Clock) {
    this.run = run
    this.#clock = clock
  }

  /** Assumes the role. Errors: OIDC, CREDENTIALS. */
  protected abstract assume(): Promise<AssumeRoleResponse['Credentials']>

  /** The present session, or a new one. Errors: OIDC, CREDENTIALS. */
  async get(): Promise<TemporaryCredentials> {
    const session = this.#session
    const leftMs = session ? session.expiration.getTime() - this.#clock.now().getTime() : 0
    return session && leftMs > RENEW_BEFORE_MS ? session : this.renew()
  }

  /** Assumes the role anew; calls that come meanwhile share the one request. */
  async renew(): Promise<TemporaryCredentials> {
    this.#renewal ??= this.assume().then(credentials => this.#keep(credentials))
    try {
      this.#session = await this.#renewal
      return this.#session
    } finally {
      this.#renewal = undefined
    }
  }

  #keep(credentials: AssumeRoleResponse['Credentials']): TemporaryCredentials {
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {}
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
      throw new AmiError('CREDENTIALS', 'STS answered without credentials')
    }
    this.run.mask(SecretAccessKey)
    this.run.mask(SessionToken)
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration
    }
  }
}
