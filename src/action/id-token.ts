import * as core from '@actions/core'
import { AmiError } from '../errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** GitHub's OIDC token for an audience. Errors: OIDC, with the permission that the job lacks. */
export async function fetchIdToken(audience: string, environment: Environment): Promise<string> {
  refuseWithoutPermission(environment)
  try {
    return await core.getIDToken(audience)
  } catch (error) {
    const hint = 'Run the job again; if it stays, see https://www.githubstatus.com.'
    throw new AmiError('OIDC', 'GitHub gave no OIDC token', { cause: error, hint })
  }
}

function refuseWithoutPermission(environment: Environment): void {
  if (environment.ACTIONS_ID_TOKEN_REQUEST_URL && environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN) return
  const fromPullRequest = environment.GITHUB_EVENT_NAME === 'pull_request'
  const hint = fromPullRequest
    ? 'A pull request from a fork never gets one: bake it on the sandbox, without role-to-assume.'
    : 'Outside GitHub leave role-to-assume out.'
  throw new AmiError(
    'OIDC',
    'Expected the job to have the permission `id-token: write`, found it without; role-to-assume needs it',
    { hint: `Add \`permissions: id-token: write\` to the job. ${hint}` }
  )
}
