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
