import { operations } from '../../../../src/sandbox/wire/operations.ts'
import type { RunningSandbox } from '../../../support/sandbox.ts'
import { rbinOf } from '../../rbin/client.ts'
import type { Recorder } from './recorder.ts'

/** Asks Recycle Bin for an operation. Result: what it answers. Errors: an Error where it refuses. */
export type AskRbin = (operation: string, input?: Record<string, unknown>) => Promise<Record<string, unknown>>

/** A client that keeps every answer, as those of the recorder do. */
export function recordRbin(sandbox: RunningSandbox, { account, answers }: Recorder): AskRbin {
  const ask = rbinOf(sandbox, account)
  return async (operation, input = {}) => {
    const { method, path } = operations('rbin').get(operation)?.http ?? { method: 'POST', path: '/' }
    const rest = new Map(Object.entries(input))
    const filled = path.replace(/\{(\w+)\}/g, (_, label) => encodeURIComponent(String(take(rest, label))))
    const { status, body } = await ask(method, filled, rest.size > 0 ? Object.fromEntries(rest) : undefined)
    if (status >= 300) throw new Error(`${operation}: ${JSON.stringify(body)}`)
    const key = `rbin:${operation}`
    answers.set(key, [...(answers.get(key) ?? []), body])
    return body
  }
}

function take(input: Map<string, unknown>, name: string): unknown {
  const value = input.get(name)
  input.delete(name)
  return value
}
