import { later } from './plan-life.ts'
import type { Subject } from './plan-subjects.ts'

/** EC2's reports are a day late at least; an older one tells nothing. */
const MAX_REPORT_AGE_SECONDS = 7 * 86_400

/** Why an image that is shared may still be used in other accounts, as part of a sentence; undefined where it is not. */
export function findUsageProblem({ place, image, sharing, isUnexamined }: Subject, now: Date): string | undefined {
  if (isUnexamined || sharing === 'nobody') return undefined
  const details = place.details.get(image.imageId)
  if (!details) return 'nobody knows whether other accounts use it'
  if ('unknown' in details.launchPermissions)
    return `its sharing is not known: ${details.launchPermissions.unknown.message}`
  if ('unknown' in details.usage) return `its use in other accounts is not known: ${details.usage.unknown.message}`
  const { value: usage } = details.usage
  if (usage.kind === 'none') return 'it is shared, and no report tells yet whether other accounts use it'
  if (usage.kind === 'pending') return 'it is shared, and EC2 is still looking whether other accounts use it'
  if (later(usage.at, MAX_REPORT_AGE_SECONDS) < now) return 'the report on its use in other accounts is older than 7 d'
  const others = usage.accounts.filter(account => account !== place.account).sort()
  return others.length > 0
    ? `it is used in ${others.length === 1 ? 'the account' : 'the accounts'} ${others.join(', ')}`
    : undefined
}

/** Whether a report on its use in other accounts is asked for: there is none that counts. */
export function needsReport({ place, image, sharing, stage, isUnexamined }: Subject, now: Date): boolean {
  const details = place.details.get(image.imageId)
  if (stage !== 'deprecated' || isUnexamined || sharing !== 'others' || !details || 'unknown' in details.usage)
    return false
  const { value: usage } = details.usage
  return usage.kind === 'none' || (usage.kind === 'available' && later(usage.at, MAX_REPORT_AGE_SECONDS) < now)
}
