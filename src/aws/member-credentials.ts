import { AssumeRoleCommand, type AssumeRoleResponse, type STSClient } from '@aws-sdk/client-sts'
import { AmiError } from '../errors.ts'
import type { Run } from '../run.ts'
import type { Ec2Clock } from './clock.ts'
import { Sessions } from './sessions.ts'

/** The most that a session may last which was made from another role's. */
const CHAINED_SECONDS = 3_600
const TIMEOUT_MS = 30_000

/**
 * Credentials in a member account: of `account-role` there, assumed from the run's own role, and renewed every hour.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export class MemberCredentials extends Sessions {
  readonly #sts: STSClient
  readonly #account: string

  constructor(run: Run, clock: Ec2Clock, sts: STSClient, account: string) {
    super(run, clock)
    this.#sts = sts
    this.#account = account
  }

  protected async assume(): Promise<AssumeRoleResponse['Credentials']> {
    const { roleSessionName, externalId, accountRole = '', awsRegion } = this.run.inputs
    const role = memberRole(accountRole, this.#account, awsRegion)
    const request = new AssumeRoleCommand({
      RoleArn: role,
      RoleSessionName: roleSessionName,
      DurationSeconds: CHAINED_SECONDS,
      ...(externalId && { ExternalId: externalId })
    })
    try {
      return (await this.#sts.send(request, { abortSignal: AbortSignal.timeout(TIMEOUT_MS) })).Credentials
    } catch (error) {
      if (error instanceof AmiError) throw error
      const reason = error instanceof Error ? error.message : String(error)
      const hint =
        "The role must exist there, its trust policy let this run's role assume it (and name the `external-id`, if it asks for one), and this run's role be allowed sts:AssumeRole."
      throw new AmiError('CREDENTIALS', `The role ${role} could not be assumed: ${reason}`, { hint, cause: error })
    }
  }
}

/** The ARN of the role in an account: `{account}` in its name stands for the account's id. */
export function memberRole(name: string, account: string, region: string): string {
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
  return `arn:${partition}:iam::${account}:role/${name.replaceAll('{account}', account)}`
}
