import { en } from 'zod/locales'
import * as z from 'zod/mini'
import { ServiceError } from '../errors.ts'
import { isRegion } from '../world/regions.ts'
import type { World } from '../world/world.ts'

const market = z.enum(['on-demand', 'spot'])

const request = z.strictObject({
  region: z.string().check(z.refine(isRegion, 'a region')),
  account: z.string().check(z.regex(/^\d{12}$/, 'twelve digits')),
  /** What launches of every account do not find any more: of a zone, of a type, for a market; left out means any. */
  shortages: z.optional(
    z.array(
      z.strictObject({
        zone: z.exactOptional(z.string()),
        instanceType: z.exactOptional(z.string()),
        market: z.exactOptional(market)
      })
    )
  ),
  /** How many vCPUs the account may have running. */
  vcpuQuotas: z.optional(z.partialRecord(market, z.int().check(z.gte(0))))
})

/** Sets what a region has not got, and what an account may have of it. Errors: a ServiceError for any other request. */
export function setCapacity(world: World, body: unknown): void {
  const { data, error } = request.safeParse(body, { error: en().localeError })
  if (!data)
    throw new ServiceError('Capacity', `Expected a region, an account, and what they have: ${z.prettifyError(error)}`)
  const region = world.region(data.region, data.account)
  if (data.shortages) region.shortages.splice(0, Number.POSITIVE_INFINITY, ...data.shortages)
  if (data.vcpuQuotas) region.vcpuQuotas.set(data.account, data.vcpuQuotas)
}
