// What of a run's time is EC2's own, from the sandbox's log of requests and from when its snapshots were complete; pure.

const IS_THROTTLED = /^(RequestLimitExceeded|Throttling)/
const isDone = ({ outcome }) => outcome === 'ok'

/**
 * The seconds that EC2 has on the longest path: from the launch to the builder's stop, from CreateImage to its image, and
 * the longest from a CopyImage to its copy. `done` are the times at which snapshots were complete, by region; `stopped` is
 * when the builder had stopped.
 */
export function findCriticalSeconds(calls, done, stopped) {
  const timeOf = call => Date.parse(call.time)
  const find = operation => calls.filter(call => call.operation === operation && isDone(call))
  const [launch] = find('RunInstances')
  const [image] = find('CreateImage')
  const lastIn = region => Math.max(...done.filter(each => each.region === region).map(({ time }) => time))
  // Where an image is encrypted by a copy at home, that copy's snapshots come later.
  const isOwn = ({ region, time }) =>
    region === image.region && !find('CopyImage').some(copy => copy.region === region && time > timeOf(copy))
  const lastOwn = () => Math.max(...done.filter(isOwn).map(({ time }) => time))
  const bake = launch && stopped ? stopped - timeOf(launch) : 0
  const making = image ? lastOwn() - timeOf(image) : 0
  const copying = Math.max(0, ...find('CopyImage').map(call => lastIn(call.region) - timeOf(call)))
  return (bake + making + copying) / 1000
}

/** All calls, and those that were throttled. */
export function tallyThrottled(calls) {
  return { calls: calls.length, throttled: calls.filter(({ outcome }) => IS_THROTTLED.test(outcome)).length }
}
