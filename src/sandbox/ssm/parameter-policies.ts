import type { ParameterInlinePolicy } from '@aws-sdk/client-ssm'
import * as z from 'zod/mini'
import { ServiceError } from '../errors.ts'
import type { ParameterRecord } from '../world/records.ts'
import type { Region } from '../world/region.ts'
import type { Transition } from '../world/transition.ts'
import type { World } from '../world/world.ts'
import { validation } from './pages.ts'
import type { Tier } from './tiers.ts'

const MAX_POLICIES = 10

const count = z.string().check(z.regex(/^\d{1,5}$/))
const unit = z.enum(['Days', 'Hours'])
const ATTRIBUTES = {
  Expiration: z.object({ Timestamp: z.string().check(z.refine(text => !Number.isNaN(Date.parse(text)))) }),
  ExpirationNotification: z.object({ Before: count, Unit: unit }),
  NoChangeNotification: z.object({ After: count, Unit: unit })
}
const list = z.array(z.object({ Type: z.optional(z.string()), Attributes: z.optional(z.unknown()) }))

/**
 * Reads the policies of a request: undefined where it has none and those before stay, empty where it takes them away.
 * Errors: ValidationException, PoliciesLimitExceededException, InvalidPolicyTypeException,
 * InvalidPolicyAttributeException, IncompatiblePolicyException.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html
 */
export function readPolicies(text: string | undefined, tier: Tier): ParameterInlinePolicy[] | undefined {
  if (text === undefined) return undefined
  const given = parse(text).filter(policy => Object.keys(policy).length > 0)
  if (given.length > 0 && tier === 'Standard') {
    throw validation('Parameter policies are supported by parameters of the advanced-parameter tier only.')
  }
  if (given.length > MAX_POLICIES) {
    throw new ServiceError('PoliciesLimitExceededException', `A parameter takes ${MAX_POLICIES} policies at the most`)
  }
  for (const policy of given) checkPolicy(policy)
  if (given.filter(({ Type }) => Type === 'Expiration').length > 1) {
    throw new ServiceError('IncompatiblePolicyException', 'A parameter takes one Expiration policy only')
  }
  return given.map(policy => ({
    PolicyText: JSON.stringify(policy),
    PolicyType: policy.Type,
    PolicyStatus: 'Pending'
  }))
}

type Policy = z.infer<typeof list>[number]

function parse(text: string): Policy[] {
  if (text === '') return []
  try {
    const parsed: unknown = JSON.parse(text)
    if (list.safeParse(parsed).success) return parsed as Policy[]
  } catch {}
  throw validation('Policies must be a JSON array of policies')
}

function checkPolicy({ Type: type = '', Attributes }: Policy): void {
  if (!Object.hasOwn(ATTRIBUTES, type)) {
    throw new ServiceError('InvalidPolicyTypeException', `The policy type ${type.slice(0, 60)} isn't supported`)
  }
  if (ATTRIBUTES[type as keyof typeof ATTRIBUTES].safeParse(Attributes).success) return
  throw new ServiceError('InvalidPolicyAttributeException', `The attributes of the ${type} policy aren't valid`)
}

/** When a parameter is deleted by its own policy. */
function expirationOf({ policies = [] }: ParameterRecord): Date | undefined {
  const text = policies.find(({ PolicyType }) => PolicyType === 'Expiration')?.PolicyText
  return text === undefined ? undefined : new Date(JSON.parse(text).Attributes.Timestamp)
}

interface ParameterName {
  readonly region: string
  /** `account/parameter name`. */
  readonly key: string
}

/** Deletes a parameter whose Expiration policy has come due; a later policy may have moved that. */
export const expiringParameter: Transition<ParameterName> = {
  name: 'expire a parameter',
  act: (world, { region: name, key }) => {
    const region = world.usedRegion(name)
    const record = region?.parameters.get(key)
    const at = record && expirationOf(record)
    if (at && at <= world.clock.now()) region?.parameters.delete(key)
  }
}

/** Lets a parameter expire when its policy says so. */
export function expireOn(record: ParameterRecord, key: string, region: Region, world: World): void {
  const at = expirationOf(record)
  if (!at) return
  const ms = Math.max(0, at.getTime() - world.clock.now().getTime())
  world.schedule.after(ms, expiringParameter, { region: region.name, key })
}
