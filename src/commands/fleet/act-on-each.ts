import { AmiError } from '../../errors.ts'

/**
 * Acts on all at once; where that fails, on each half, and so on: EC2 fails a whole request for one bad id, or one that is
 * protected. Result: what went wrong with those that could not be acted on, by id.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
export async function actOnEach(
  ids: readonly string[],
  act: (ids: string[]) => Promise<unknown>,
  signal: AbortSignal
): Promise<Map<string, unknown>> {
  if (ids.length === 0) return new Map()
  try {
    await act([...ids])
    return new Map()
  } catch (error) {
    signal.throwIfAborted()
    // Where EC2 did not answer at all, fewer ids at a time are no help.
    const isOut = error instanceof AmiError && error.code === 'TIMEOUT'
    if (ids.length === 1 || isOut) return new Map(ids.map(id => [id, error]))
    const middle = Math.ceil(ids.length / 2)
    const failed = await actOnEach(ids.slice(0, middle), act, signal)
    return new Map([...failed, ...(await actOnEach(ids.slice(middle), act, signal))])
  }
}
