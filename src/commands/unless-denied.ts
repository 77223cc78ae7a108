import { AmiError } from '../errors.ts'

/** What a read found; nothing where the role may not even look: it has made nothing of that kind, or as good as. */
export async function unlessDenied<T>(read: () => Promise<T[]>): Promise<T[]> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof AmiError && error.code === 'PERMISSION') return []
    throw error
  }
}
