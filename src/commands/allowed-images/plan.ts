import type { ImageCriterion } from '@aws-sdk/client-ec2'
import { AmiError } from '../../errors.ts'
import type { AllowedImagesFacts } from './facts.ts'

/** What is done about the Allowed AMIs settings of an account in a region, in this order. */
export interface AllowedImagesPlan {
  /** All criteria, where they change. */
  readonly criteria?: readonly ImageCriterion[]
  /** Where the audit begins, or begins anew. */
  readonly cleanSince?: Date
  readonly state?: 'audit-mode' | 'enabled'
  /** What should be known. */
  readonly notes: readonly string[]
}

const AUDIT_DAYS = 7
const DAY_MS = 86_400_000
/** EC2 tells its time in whole seconds. */
const RESOLUTION_MS = 2_000
const MAX_CRITERIA = 10
const MAX_PROVIDERS = 200

/**
 * Decides by small steps: criteria are only ever added to; the settings are audited before they are enabled, and enabled
 * only after a week in which nothing that runs was not allowed. Pure. Errors: INPUT where something else manages them, or
 * they have no room.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html
 */
export function planAllowedImages(asked: 'audit' | 'enable', facts: AllowedImagesFacts, now: Date): AllowedImagesPlan {
  if (facts.managedBy !== 'account') {
    const hint = 'Leave `allowed-images` out of the recipe, or have the policy changed.'
    throw new AmiError('INPUT', `Expected Allowed AMIs to be managed by the account, found ${facts.managedBy}`, {
      hint
    })
  }
  const criteria = merge(facts.criteria, facts.providers)
  const change = criteria === facts.criteria ? {} : { criteria }
  if (facts.state === 'disabled')
    return { criteria, cleanSince: now, state: 'audit-mode', notes: ['Allowed AMIs are audited from now on'] }
  if (facts.state === 'enabled') return { ...change, notes: ['Allowed AMIs are enabled'] }
  return { ...change, ...planAudit(asked, facts, 'criteria' in change, now) }
}

function planAudit(
  asked: 'audit' | 'enable',
  { disallowed, cleanSince }: AllowedImagesFacts,
  isNew: boolean,
  now: Date
): AllowedImagesPlan {
  if (disallowed.length > 0) {
    const found = disallowed.map(
      ({ instanceId, imageId }) => `${instanceId} runs from ${imageId}, which is not allowed`
    )
    return { cleanSince: now, notes: found }
  }
  if (isNew || !cleanSince) return { cleanSince: now, notes: ['Allowed AMIs: nothing that runs is not allowed'] }
  const days = Math.floor((now.getTime() - cleanSince.getTime() + RESOLUTION_MS) / DAY_MS)
  const clean = `Allowed AMIs: nothing that runs was not allowed for ${days} d`
  if (asked === 'audit') return { notes: [clean] }
  if (days < AUDIT_DAYS) return { notes: [`${clean}; they are enabled after ${AUDIT_DAYS} d`] }
  return { state: 'enabled', notes: [`${clean}: they are enabled now`] }
}

/** The criteria themselves, where they allow these providers already. */
function merge(criteria: readonly ImageCriterion[], providers: readonly string[]): readonly ImageCriterion[] {
  const known = new Set(criteria.filter(isOfProvidersAlone).flatMap(({ ImageProviders = [] }) => ImageProviders))
  const missing = providers.filter(provider => !known.has(provider))
  if (missing.length === 0) return criteria
  const open = criteria.find(
    each => isOfProvidersAlone(each) && (each.ImageProviders ?? []).length + missing.length <= MAX_PROVIDERS
  )
  if (open)
    return criteria.map(each =>
      each === open ? { ImageProviders: [...(each.ImageProviders ?? []), ...missing] } : each
    )
  if (criteria.length < MAX_CRITERIA) return [...criteria, { ImageProviders: missing }]
  const sentence = `Expected room for a criterion of Allowed AMIs that allows ${missing.join(', ')}, found ${MAX_CRITERIA}`
  throw new AmiError('INPUT', sentence, { hint: 'Join two of them, or add the owners to one by hand.' })
}

const isOfProvidersAlone = (criterion: ImageCriterion): boolean =>
  Object.entries(criterion).every(([key, value]) => key === 'ImageProviders' || value === undefined)
