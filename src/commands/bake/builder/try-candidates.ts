import type { Aws } from '../../../aws/aws.ts'
import { serviceErrorName } from '../../../aws/failure.ts'
import { pause } from '../../../aws/poller.ts'
import { AmiError } from '../../../errors.ts'
import { type Candidate, sayCandidate } from '../plan/plan-candidates.ts'
import { isNoCapacity, isQuota, without } from './no-capacity.ts'

/** EC2 refills two RunInstances a second for an account. */
const NEXT_CANDIDATE_MS = 500

/**
 * Launches at the first candidate that has capacity. Errors: CAPACITY or QUOTA, naming what each of them was refused for;
 * whatever else a launch fails with.
 */
export async function tryCandidates<T>(
  aws: Aws,
  candidates: readonly Candidate[],
  launch: (candidate: Candidate) => Promise<T>
): Promise<T> {
  const refused: { readonly candidate: Candidate; readonly code: string }[] = []
  let left = candidates
  for (let candidate = left[0]; candidate; candidate = left[0]) {
    try {
      return await launch(candidate)
    } catch (error) {
      const code = serviceErrorName(error)
      if (!isNoCapacity(code)) throw error
      refused.push({ candidate, code })
      left = without(candidate, code, left.slice(1))
      aws.run.log.info(`No ${sayCandidate(candidate)}: ${code}`)
      if (left.length > 0) await pause(NEXT_CANDIDATE_MS, aws.signal)
    }
  }
  const reasons = refused.map(({ candidate, code }) => `${sayCandidate(candidate)} (${code})`).join(', ')
  const kind = refused.every(({ code }) => isQuota(code)) ? 'QUOTA' : 'CAPACITY'
  const hint = 'Name more instance types or subnets under builder in the recipe, or use `spot: prefer`.'
  throw new AmiError(kind, `No builder could be launched: ${reasons}`, { hint })
}
