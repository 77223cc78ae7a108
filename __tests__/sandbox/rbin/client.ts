import type { RetentionRule } from '../../../src/sandbox/rbin/records.ts'
import type { RunningSandbox } from '../../support/sandbox.ts'

/** What Recycle Bin answers. */
export interface Reply {
  readonly status: number
  /** The code of an error; empty where there is none. */
  readonly code: string
  readonly body: Partial<RetentionRule> & Record<string, unknown>
}

/** Asks Recycle Bin as its clients do. No client of the SDK knows all of its parameters, so this one signs by hand. */
export const rbinOf =
  ({ url }: RunningSandbox, account: string) =>
  async (method: string, path: string, input?: object): Promise<Reply> => {
    const credential = `${account}/20300131/us-east-1/rbin/aws4_request`
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=unchecked`
    const headers = { authorization, 'content-type': 'application/json' }
    const answer = await fetch(url + path, { method, headers, ...(input && { body: JSON.stringify(input) }) })
    const text = await answer.text()
    const body = text === '' ? {} : JSON.parse(text)
    return { status: answer.status, code: body.__type ?? '', body }
  }

export type Rbin = ReturnType<typeof rbinOf>

export const days = (RetentionPeriodValue: number) => ({ RetentionPeriodValue, RetentionPeriodUnit: 'DAYS' })

export const delay = (UnlockDelayValue: number) => ({ UnlockDelay: { UnlockDelayValue, UnlockDelayUnit: 'DAYS' } })

/** Makes a rule of seven days. Errors: an Error where it is refused. */
export async function createRule(rbin: Rbin, change: object = {}): Promise<RetentionRule> {
  const { status, body } = await rbin('POST', '/rules', {
    ResourceType: 'EBS_SNAPSHOT',
    RetentionPeriod: days(7),
    ...change
  })
  if (status !== 201) throw new Error(JSON.stringify(body))
  return body as unknown as RetentionRule
}
