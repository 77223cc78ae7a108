import type { Aws } from '../../aws/aws.ts'
import { isTransient } from '../../aws/failure.ts'
import { type Look, waitFor } from '../../aws/poller.ts'

/** How long EC2 may be too busy for one call, beyond the SDK's own patience. */
const BUSY_SECONDS = 300
const MAX_PAUSE_SECONDS = 15

/** Makes a call again while EC2 is too busy for it, or fails inside. Errors: TIMEOUT after minutes; all others at once. */
export function whenNotBusy<T>(aws: Aws, what: string, call: () => Promise<T>): Promise<T> {
  const look = async (): Promise<Look<T>> => {
    try {
      return { done: await call() }
    } catch (error) {
      if (!isTransient(error)) throw error
      return { waiting: 'too busy' }
    }
  }
  const limits = { timeoutSeconds: BUSY_SECONDS, firstPauseSeconds: 1, maxPauseSeconds: MAX_PAUSE_SECONDS }
  return waitFor({ what, look, ...limits, signal: aws.signal, log: aws.run.log })
}

/** The pages of an answer, one at a time: only what is made of a page is kept. Errors: those of `whenNotBusy`. */
export async function* readPages<Page extends { readonly NextToken?: string | undefined }>(
  aws: Aws,
  what: string,
  read: (from: { readonly NextToken?: string }) => Promise<Page>
): AsyncGenerator<Page> {
  let token: string | undefined
  do {
    const from = token === undefined ? {} : { NextToken: token }
    const page = await whenNotBusy(aws, what, () => read(from))
    yield page
    token = page.NextToken
  } while (token)
}

/** A list in parts of a size that a request takes. */
export const inParts = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size))
