import { sayPlace } from '../place.ts'
import type { Source } from './facts.ts'
import type { TargetPlan } from './plan.ts'
import type { VolumePlan } from './plan-volumes.ts'
import { sayKey } from './read-back.ts'

/** The plan, line by line, for the log: for each place what is done, and from which key to which. */
export function describePlan({ image }: Source, plans: readonly TargetPlan[]): string[] {
  const moved = plans.map(gibMoved).reduce((sum, gib) => sum + gib, 0)
  const total = moved > 0 ? [`at most ${moved} GiB are copied`] : []
  const bare =
    image.RootDeviceType === 'instance-store' ? ['the image is backed by instance store: it has no snapshots'] : []
  return [...plans.flatMap(describeTarget), ...bare, ...total]
}

function describeTarget(plan: TargetPlan): string[] {
  const place = sayPlace(plan.place)
  switch (plan.action.kind) {
    case 'keep':
      return [`${place}: ${plan.action.imageId} is there as asked`]
    case 'finish':
      return [`${place}: take up the copy ${plan.action.imageId} (${plan.imageName}) of an interrupted run`]
    case 'copy-image':
      return [`${place}: copy as ${plan.imageName}`, ...describeVolumes(plan)]
    case 'copy-snapshots':
      return [`${place}: copy each snapshot with its key, register as ${plan.imageName}`, ...describeVolumes(plan)]
  }
}

const describeVolumes = ({ volumes, notes }: TargetPlan): string[] => [
  ...volumes.map(describeVolume),
  ...notes.map(note => `  ${note}`)
]

const describeVolume = ({ device, sizeGiB, from, to }: VolumePlan): string =>
  `  ${device}, ${sizeGiB} GiB: from ${sayKey(from)} to ${sayKey(to)}`

/** An upper bound: EC2 copies only blocks that were written. */
export const gibMoved = ({ action, volumes }: TargetPlan): number =>
  action.kind === 'copy-image' || action.kind === 'copy-snapshots'
    ? volumes.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0)
    : 0
