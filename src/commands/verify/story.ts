import type { Run } from '../../run.ts'
import type { BootReport } from './boot/boot-report.ts'
import type { CheckResult } from './checks/checks.ts'

/** One image, as far as it was verified. */
export interface Verified {
  /** `region`, or `account/region`. */
  readonly place: string
  readonly imageId: string
  readonly name?: string
  readonly results: readonly CheckResult[]
  readonly boot?: BootReport
  /** Why it could not be verified. */
  readonly error?: unknown
}

/** What there is to tell of a run. */
export interface VerifyStory {
  readonly run: Run
  verified: readonly Verified[]
}

export const hasPassed = ({ results, error }: Verified): boolean =>
  error === undefined && results.every(({ outcome }) => outcome !== 'failed')
