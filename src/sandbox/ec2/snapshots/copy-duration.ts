import { invalidValue } from '../../errors.ts'

/** What the length of a copy depends on. */
export interface CopyFacts {
  readonly sizeGiB: number
  readonly crossesRegions: boolean
  /** All blocks are copied: a new region, a new key or another account. */
  readonly isFull: boolean
  /** What was asked for, in minutes; best effort otherwise. */
  readonly withinMinutes?: number | undefined
}

const STEP_MINUTES = 15
const MAX_MINUTES = 48 * 60

/**
 * How many seconds a copy takes on AWS. AWS publishes no throughput for copies on best effort; users measured 5 to 10
 * minutes for an encrypted copy of a root volume in its region (hashicorp/packer#8105), 5 to 7 minutes for many copies
 * to other regions (hashicorp/packer#10242), and more than 10 for larger ones (bottlerocket-os/twoliter#582). An
 * incremental copy moves what has changed, here nothing. A copy with a completion duration takes no longer than that.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/time-based-copies.html
 */
export function copySeconds({ sizeGiB, crossesRegions, isFull, withinMinutes }: CopyFacts): number {
  const bestEffort = isFull ? 240 + sizeGiB * (crossesRegions ? 15 : 8) : 60
  return withinMinutes === undefined ? bestEffort : Math.min(bestEffort, withinMinutes * 60)
}

/** Refuses a completion duration that is not a multiple of 15 minutes from 15 minutes to 48 hours. */
export function checkCompletionDuration(parameter: string, minutes: number | undefined): void {
  if (minutes === undefined) return
  if (Number.isInteger(minutes / STEP_MINUTES) && minutes >= STEP_MINUTES && minutes <= MAX_MINUTES) return
  throw invalidValue(parameter, String(minutes), `a multiple of ${STEP_MINUTES} from ${STEP_MINUTES} to ${MAX_MINUTES}`)
}
