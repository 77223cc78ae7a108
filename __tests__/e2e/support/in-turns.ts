/** Acts on all, a few at a time: more at once would only wait for the processors. */
export async function inTurns<T>(all: readonly T[], act: (each: T) => Promise<void>, atOnce = 3): Promise<void> {
  const rest = all.values()
  const work = async () => {
    for (const each of rest) await act(each)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}
