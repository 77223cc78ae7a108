import type { RunningSandbox } from '../../support/sandbox.ts'

/** Asks `/_sandbox/PATH` as a test or tool would. */
export async function ask(
  { url }: RunningSandbox,
  method: string,
  path: string,
  body?: unknown
): Promise<{ status: number; value: unknown }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await fetch(`${url}/_sandbox/${path}`, { method, ...(body !== undefined && { body: text }) })
  return { status: answer.status, value: await answer.json() }
}
