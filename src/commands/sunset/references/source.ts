import type { LaunchTemplateVersion } from '@aws-sdk/client-ec2'
import type { Clients } from '../../../aws/aws.ts'
import type { ReferenceSource } from '../../../image/reference-sources.ts'
import type { Use } from '../facts.ts'

/** What a source is read for. */
export interface Reading {
  readonly clients: Clients
  /** The newest and the default version of every launch template; read once for all sources. */
  readonly liveVersions: () => Promise<readonly LaunchTemplateVersion[]>
  /** How many versions before the newest a rollback may go back to. */
  readonly depth: number
  /** The folder of the checked-out repository. */
  readonly workspace: string
  readonly signal: AbortSignal
}

/** One place where the use of images is found. Its read fails where it can't be complete. */
export interface Source {
  readonly name: ReferenceSource
  read(reading: Reading): Promise<Use[]>
}

/** The items of all pages. */
export async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined
): Promise<Item[]> {
  const found: Item[] = []
  for await (const page of pages) found.push(...(itemsOf(page) ?? []))
  return found
}

/** The items of all pages, where the SDK has no paginator. */
export async function collectByToken<Page extends { NextToken?: string | undefined }, Item>(
  ask: (token: { NextToken?: string }) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined
): Promise<Item[]> {
  const found: Item[] = []
  for (let token: string | undefined, isFirst = true; isFirst || token; isFirst = false) {
    const page = await ask(token ? { NextToken: token } : {})
    found.push(...(itemsOf(page) ?? []))
    token = page.NextToken
  }
  return found
}

/** Does the same for each, so many at a time, in their order. */
export async function eachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  atATime = 10
): Promise<Result[]> {
  const results: Result[] = []
  for (let start = 0; start < items.length; start += atATime) {
    results.push(...(await Promise.all(items.slice(start, start + atATime).map(work))))
  }
  return results
}

/** The same items in parts of at most so many. */
export const inParts = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))

/** The same answer for everybody who asks. */
export function once<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined
  return () => {
    answer ??= read()
    return answer
  }
}
