import type { SunsetPlan } from './plan/plan.ts'
import type { Decision } from './plan/plan-decision.ts'
import { findHidden } from './plan/plan-leftovers.ts'

/** The plan, line by line, for the log: what goes on, why nothing does, and how many stay. */
export function describePlan({ decisions, lines, stops, leftovers }: SunsetPlan): string[] {
  const going = decisions.filter(({ action }) => action !== 'keep')
  const staying = decisions.length - going.length
  const frozen = lines.flatMap(({ place, architecture, frozen: why }) =>
    why ? [`${place}, ${architecture}: nothing is retired, because ${why}`] : []
  )
  const cleared = leftovers.flatMap(({ place, machines, snapshots }) =>
    [
      ...machines.map(({ kind, id }) => `${kind} ${id}`),
      ...snapshots.map(({ snapshotId }) => `snapshot ${snapshotId}`)
    ].map(what => `${place.place}: clear away the ${what}, which nobody comes back for`)
  )
  const hidden = leftovers.flatMap(({ place }) =>
    findHidden(place).map(({ message }) => `${place.place}: not all that is left behind can be found: ${message}`)
  )
  return [
    ...going.map(sayStep),
    ...cleared,
    ...hidden,
    ...stops.map(({ place, error }) => `${place}: nothing is taken away: ${error.message}`),
    ...frozen,
    `${staying} of ${decisions.length} images stay as they are`
  ]
}

const sayStep = ({ subject, action, reasons }: Decision): string =>
  `${subject.place.place}: ${action} ${subject.image.imageId} (${subject.image.name}): ${reasons.map(({ text }) => text).join('; ')}`
