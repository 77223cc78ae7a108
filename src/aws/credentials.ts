import { type AssumeRoleResponse, AssumeRoleWithWebIdentityCommand, type STSClient } from '@aws-sdk/client-sts'
import { AmiError } from '../errors.ts'
import type { Run } from '../run.ts'
import type { Ec2Clock } from './clock.ts'
import { Sessions } from './sessions.ts'

/** Not the run's own signal: cleanup after a cancellation may need a new session, too. */
const TIMEOUT_MS = 30_000

/**
 * Credentials of the role to assume, from GitHub's OIDC token; renewed whenever they run out, so that a bake may
 * outlast a session.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export class OidcCredentials extends Sessions {
  readonly #sts: STSClient

  constructor(run: Run, clock: Ec2Clock, sts: STSClient) {
    super(run, clock)
    this.#sts = sts
  }

  protected async assume(): Promise<AssumeRoleResponse['Credentials']> {
    const { roleToAssume = '', roleSessionName, roleDurationSeconds, audience } = this.run.inputs
    const token = await this.run.idToken(audience)
    const request = new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleToAssume,
      RoleSessionName: roleSessionName,
      DurationSeconds: roleDurationSeconds,
      WebIdentityToken: token
    })
    try {
      return (await this.#sts.send(request, { abortSignal: AbortSignal.timeout(TIMEOUT_MS) })).Credentials
    } catch (error) {
      throw explain(error, roleToAssume, audience)
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
