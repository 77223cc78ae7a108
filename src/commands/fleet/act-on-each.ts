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
    const [first = ''] = ids
    if (ids.length === 1) return new Map([[first, error]])
    const middle = Math.ceil(ids.length / 2)
    const failed = await actOnEach(ids.slice(0, middle), act, signal)
    return new Map([...failed, ...(await actOnEach(ids.slice(middle), act, signal))])
  }
}

/** Does the same for each, a few at a time. Result: in the order of the items. */
export async function forEach<T, R>(items: readonly T[], atATime: number, act: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>()
  let next = 0
  const work = async () => {
    for (let index = next++; index < items.length; index = next++) results.set(index, await act(items[index] as T))
  }
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, work))
  return items.flatMap((_, index) => (results.has(index) ? [results.get(index) as R] : []))
}
