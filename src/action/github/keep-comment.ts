import { fitSummary } from '../summary.ts'
import { findOnPages } from './find-on-pages.ts'
import type { GitHub } from './github.ts'
import { markerOf, replacePart } from './marker.ts'

/** GitHub takes 65,536 characters; ours are fewer, for each of them may be of several bytes. */
const MAX_BYTES = 60_000

export interface CommentPart {
  /** What the comment is about, such as a recipe: there is one comment for each. */
  readonly subject: string
  /** The command whose result it is. */
  readonly part: string
  readonly markdown: string
}

/**
 * Keeps one comment on the pull request up to date.
 *
 * @see https://docs.github.com/en/rest/issues/comments
 */
export async function keepComment(github: GitHub, number: number, { subject, part, markdown }: CommentPart) {
  const marker = markerOf('comment', subject)
  const found = await findComment(github, number, marker)
  const text = fitSummary(replacePart(found?.body ?? '', part, markdown), MAX_BYTES)
  const { ask, owner, repo, footer } = github
  const body = `${marker}\n${text}${footer}`
  if (found) {
    await ask('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', { owner, repo, comment_id: found.id, body })
  } else {
    await ask('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { owner, repo, issue_number: number, body })
  }
}

function findComment({ ask, owner, repo }: GitHub, issue_number: number, marker: string) {
  const read = async (page: { per_page: number; page: number }) => {
    const query = { owner, repo, issue_number, ...page }
    return (await ask('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', query)).data
  }
  return findOnPages(read, ({ body }) => body?.startsWith(marker) ?? false)
}
