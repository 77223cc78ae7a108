import type { AmiError } from '../../../errors.ts'
import type { GuestIdentity } from '../../../guest/identity-script.ts'

/** From the request for an instance on. */
export interface BootSeconds {
  readonly running: number
  readonly reachable: number
  /** Until cloud-init or the launch agent was done. */
  readonly done: number
}

/** One instance of the image. */
export interface Boot {
  readonly instanceId: string
  readonly seconds: BootSeconds
  /** What went wrong in its first boot, launch user data included. */
  readonly problem?: string
  readonly guest: GuestIdentity
}

export interface TestResult {
  readonly name: string
  /** Absent where it passed. */
  readonly error?: AmiError
}

/** What came of booting an image. */
export interface BootReport {
  readonly boots: readonly Boot[]
  readonly tests: readonly TestResult[]
}

/** The median of how long the boots took, in seconds. */
export function medianSeconds({ boots }: BootReport): number | undefined {
  const sorted = boots.map(({ seconds }) => seconds.done).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
