import { AmiError } from '../errors.ts'
import type { Log } from '../run.ts'

/**
 * What a read found; nothing where the role may not even look: it has made nothing of that kind, or as good as. That is
 * said, for it may be an oversight.
 */
export async function unlessDenied<T>(read: () => Promise<T[]>, what: string, log: Log): Promise<T[]> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof AmiError && error.code === 'PERMISSION')) throw error
    log.info(`Whether the run has left ${what} behind is not known: ${error.message}`)
    return []
  }
}
