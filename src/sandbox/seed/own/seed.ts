import { ServiceError } from '../../errors.ts'
import type { Call, Handlers } from '../../handler.ts'
import type { Service } from '../../wire/operations.ts'
import { newRequestId } from '../../world/ids.ts'
import type { World } from '../../world/world.ts'
import { declare } from './declarative-policy.ts'
import { addFindings } from './findings.ts'
import { addImages } from './images.ts'
import { addInstances } from './instances.ts'
import { numbered, readSeedRequest, type SeedCalls } from './request.ts'

/** What was made: ids in the order of the request. */
interface Seeded {
  readonly images: readonly string[]
  readonly instances: readonly string[]
  /** The number of calls that were performed. */
  readonly calls: number
}

type AllHandlers = Readonly<Record<Service, Handlers>>

/**
 * Fills an account's part of a region: images and instances with a past, findings, and whatever the sandbox's own
 * operations make, all without HTTP. What was made before an error stays. Errors: a ServiceError, those of the
 * operations among them.
 */
export async function seedWorld(world: World, handlers: AllHandlers, body: unknown): Promise<Seeded> {
  const request = readSeedRequest(body)
  const call = rootCall(world, request.account, request.region)
  for (const organization of request.organizations) world.organizations.set(organization.arn, organization)
  if (request.declarativePolicy) declare(request.declarativePolicy, call)
  const images = request.images.flatMap(seed => addImages(seed, call))
  const instances = request.instances.flatMap(seed => addInstances(seed, call))
  for (const seed of request.findings) addFindings(seed, call)
  let calls = 0
  for (const seed of request.calls) calls += await performCalls(seed, handlers, call)
  return { images, instances, calls }
}

async function performCalls({ service, operation, input, count }: SeedCalls, handlers: AllHandlers, call: Call) {
  const handler = Object.hasOwn(handlers[service], operation) ? handlers[service][operation] : undefined
  if (!handler) throw new ServiceError('Seed', `calls: the sandbox does not model ${service}:${operation}`)
  for (let n = 1; n <= count; n++) await handler(numbered(input, n) as never, call)
  return count
}

/** A call of the account's root user, whom no policy restricts. */
function rootCall(world: World, account: string, regionName: string): Call {
  const region = world.region(regionName, account)
  const principal = `arn:aws:iam::${account}:root`
  return { world, region, account, principal, userId: account, now: world.clock.now(), requestId: newRequestId() }
}
