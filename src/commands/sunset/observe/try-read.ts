import { AmiError } from '../../../errors.ts'
import type { Read } from '../../verify/facts.ts'

/** What a read found, or why it is not known. Errors: what ends the run. */
export async function tryRead<T>(read: () => Promise<T>, signal: AbortSignal): Promise<Read<T>> {
  try {
    return { value: await read() }
  } catch (error) {
    return { unknown: toUnknown(error, signal) }
  }
}

/** Without credentials nothing can be read: that is no matter of one read. */
const ENDS_ALL = new Set(['CREDENTIALS', 'OIDC'])

/** The failure of one read. Errors: what ends the run. */
export function toUnknown(error: unknown, signal: AbortSignal): AmiError {
  signal.throwIfAborted()
  if (error instanceof AmiError && !ENDS_ALL.has(error.code)) return error
  throw error
}
