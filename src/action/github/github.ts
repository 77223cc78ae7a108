import { request } from '@octokit/request'

/** GitHub as one run sees it. */
export interface GitHub {
  /** Asks GitHub's REST API. Errors: those of Octokit, with `status`. */
  readonly ask: typeof request
  readonly owner: string
  readonly repo: string
  /** The pull request that the run is for. */
  readonly pullRequest?: number
  /** A link to this run, in Markdown. */
  readonly footer: string
}

/** What is known of the job: its environment, and the event that started it. */
export interface JobFacts {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly event: { readonly pull_request?: { readonly number?: number } }
  /** Aborts when the job is cancelled. */
  readonly signal: AbortSignal
}

const REQUEST_SECONDS = 20

/** GitHub for the repository of this job; undefined outside GitHub. No call takes longer than 20 s. */
export function openGitHub(token: string, { environment, event, signal }: JobFacts): GitHub | undefined {
  const [owner, repo] = environment.GITHUB_REPOSITORY?.split('/') ?? []
  if (!owner || !repo) return undefined
  const pullRequest = event.pull_request?.number
  return {
    ask: request.defaults({
      baseUrl: environment.GITHUB_API_URL ?? 'https://api.github.com',
      headers: { authorization: `Bearer ${token}`, 'x-github-api-version': '2022-11-28' },
      request: { fetch: (url: string, init: RequestInit) => fetch(url, { ...init, signal: endOf(signal) }) }
    }),
    owner,
    repo,
    ...(pullRequest && { pullRequest }),
    footer: footerOf(environment)
  }
}

/** What is over already, a command's own time, does not keep its result from being told. */
function endOf(signal: AbortSignal): AbortSignal {
  const deadline = AbortSignal.timeout(REQUEST_SECONDS * 1000)
  return signal.aborted ? deadline : AbortSignal.any([signal, deadline])
}

function footerOf({
  GITHUB_SERVER_URL: server = 'https://github.com',
  GITHUB_REPOSITORY: repository,
  GITHUB_RUN_ID: run
}: JobFacts['environment']): string {
  return run ? `\n\n<sub>Written by [run ${run}](${server}/${repository}/actions/runs/${run}).</sub>` : ''
}
