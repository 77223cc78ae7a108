import { setTimeout as sleep } from 'node:timers/promises'

/**
 * How long to look, in milliseconds between reads: what was created by a request whose answer was lost shows up late, so
 * one empty read does not mean that there is nothing.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
 */
export const QUICK: readonly number[] = [500]
/** For the end of a job, where nobody waits: EC2 takes seconds at times. */
export const PATIENT: readonly number[] = [500, 1500, 3000]

/**
 * Acts on what is found, until as many reads in a row as there are pauses, and one more, find nothing new. Result: all that
 * was found.
 */
export async function sweep(
  find: () => Promise<string[]>,
  act: (ids: string[]) => Promise<void>,
  pausesMs: () => readonly number[] = () => QUICK
): Promise<string[]> {
  const swept: string[] = []
  for (let empty = 0; ; ) {
    const found = (await find()).filter(id => !swept.includes(id))
    if (found.length > 0) await act(found)
    swept.push(...found)
    empty = found.length > 0 ? 0 : empty + 1
    const pauseMs = pausesMs()[Math.max(0, empty - 1)]
    if (empty > 0 && pauseMs === undefined) return swept
    await sleep(pauseMs)
  }
}
