const ENDING = ['throttle', 'internal', 'unavailable', 'drop']
/** Of eight kinds together, and of what is stale, slow or fails later: about 30 % of all calls. */
const ENDING_PART = 0.03
const STALE_PART = 0.05
const LATER_PART = 0.04

/** What goes wrong in an attempt, the same for the same numbers. */
export function drawFaults(random) {
  const seeded = rule => ({ ...rule, seed: random.whole(0, 1e9) })
  const ending = ENDING.flatMap(action => ['before', 'after'].map(when => ({ action, when, probability: ENDING_PART })))
  return [
    ...ending,
    { action: 'stale', seconds: random.whole(1, 3), probability: STALE_PART },
    { action: 'slow', seconds: random.pick([0.2, 0.5, 1]), probability: LATER_PART },
    { action: 'fail', probability: LATER_PART }
  ].map(seeded)
}
