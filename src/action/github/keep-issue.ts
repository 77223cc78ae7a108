import type { IssueNotice } from '../../run.ts'
import { findOnPages } from './find-on-pages.ts'
import type { GitHub } from './github.ts'
import { markerOf } from './marker.ts'

/** By it our issues are found among all. */
const LABEL = 'ami-action'

/**
 * Keeps one issue of the repository up to date: opened where there is something to tell, closed once there is nothing
 * more. What is new on it is told in a comment, for a change of its text notifies nobody.
 *
 * @see https://docs.github.com/en/rest/issues/issues
 */
export async function keepIssue(github: GitHub, notice: IssueNotice): Promise<void> {
  const marker = markerOf('issue', notice.subject)
  const found = await findIssue(github, marker)
  const body = `${marker}\n${notice.markdown}${github.footer}`
  if (notice.items.length === 0) return found?.state === 'open' ? close(github, found.number, body) : undefined
  if (!found) return open(github, notice.title, body)
  const isNew = (item: string) => found.state === 'closed' || !found.body?.includes(item)
  await update(github, found.number, { title: notice.title, body, state: 'open' })
  const added = notice.items.filter(isNew)
  if (added.length > 0) await tell(github, found.number, `New on the list: ${added.map(id => `\`${id}\``).join(', ')}`)
}

function findIssue({ ask, owner, repo }: GitHub, marker: string) {
  const read = async (page: { per_page: number; page: number }) => {
    const query = { owner, repo, labels: LABEL, state: 'all', ...page } as const
    return (await ask('GET /repos/{owner}/{repo}/issues', query)).data
  }
  return findOnPages(read, ({ body, pull_request }) => !pull_request && (body?.startsWith(marker) ?? false))
}

async function open({ ask, owner, repo }: GitHub, title: string, body: string): Promise<void> {
  await ask('POST /repos/{owner}/{repo}/issues', { owner, repo, title, body, labels: [LABEL] })
}

async function close(github: GitHub, number: number, body: string): Promise<void> {
  await update(github, number, { body, state: 'closed' })
}

interface IssueChange {
  readonly title?: string
  readonly body: string
  readonly state: 'open' | 'closed'
}

async function update({ ask, owner, repo }: GitHub, issue_number: number, change: IssueChange): Promise<void> {
  await ask('PATCH /repos/{owner}/{repo}/issues/{issue_number}', { owner, repo, issue_number, ...change })
}

async function tell({ ask, owner, repo }: GitHub, issue_number: number, body: string): Promise<void> {
  await ask('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { owner, repo, issue_number, body })
}
