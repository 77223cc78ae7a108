const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL']
const POLL_MS = 5
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

/** At which call a job is interrupted and how, of a command that makes about so many; in one of five runs it is not. */
export function drawInterruption(random, calls) {
  const [signal, nth, when] = [
    random.pick(SIGNALS),
    random.whole(1, Math.max(calls, 1)),
    random.pick(['before', 'after'])
  ]
  const hasPost = signal !== 'SIGKILL' || random.isHit(0.5)
  return random.isHit(0.2) ? undefined : { signal, nth, when, hasPost }
}

export const tellInterruption = one =>
  one ? `${one.signal} ${one.when} the effect of call ${one.nth}${one.hasPost ? '' : ', the runner gone'}` : 'none'

/** Withholds the answer of that call, signals the process by then, and goes on with the faults that are to follow. */
export async function interrupt(place, { signal }, child, faultsAfter) {
  while (child.exitCode === null && child.signalCode === null) {
    const rules = await place.control('GET', 'faults')
    if (rules.some(({ action, hits }) => action === 'hold' && hits > 0)) {
      child.kill(signal)
      await pause(20)
      await place.control('DELETE', 'faults')
      await place.control('POST', 'faults', faultsAfter)
      return
    }
    await pause(POLL_MS)
  }
}

export const holdOf = ({ nth, when }) => ({ action: 'hold', when, skip: nth - 1, count: 1 })
