import { AmiError } from '../../../errors.ts'
import type { Read } from '../../verify/facts.ts'

/** What a read found, or why it is not known. Errors: the reason of the signal, once it has aborted. */
export async function tryRead<T>(read: () => Promise<T>, signal: AbortSignal): Promise<Read<T>> {
  try {
    return { value: await read() }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof AmiError)) throw error
    return { unknown: error }
  }
}
