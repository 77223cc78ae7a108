import type { Boot, TestResult } from './boot-report.ts'

/** How one instance of the image is asked who it is, and tested. */
export interface BootWay {
  /** Base64. */
  readonly userData: string
  /** Waits until its first boot is over; `since` gives the seconds from the request for it on. Errors: TIMEOUT, EC2. */
  examine(instanceId: string, since: () => number): Promise<Omit<Boot, 'instanceId'>>
  /** Runs the recipe's tests, every one, also after one that failed; the instance has been examined. */
  runTests(): Promise<TestResult[]>
}

/** `cloud-init status --wait`: done, but something was not as it should be. */
const DEGRADED = 2

/**
 * What went wrong in a first boot, the launch user data included, by how `cloud-init status --wait` ended.
 *
 * @see https://cloudinit.readthedocs.io/en/latest/explanation/return_codes.html
 */
export function findBootProblem(exitCode: number, said: string): string | undefined {
  if (exitCode === 0 || exitCode === DEGRADED) return undefined
  return `the first boot ended with ${exitCode}: ${said.trim().split('\n').at(-1) ?? ''}`
}
