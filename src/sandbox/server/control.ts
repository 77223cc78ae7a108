import { interruptSpot } from '../ec2/spot/interrupt.ts'
import { ServiceError } from '../errors.ts'
import { seedWorld } from '../seed/own/seed.ts'
import type { Answer } from './answer.ts'
import { setCapacity } from './capacity.ts'
import { readFaultRules } from './read-fault-rules.ts'
import type { HttpRequest } from './route.ts'
import type { Sandbox } from './sandbox.ts'

type Control = (sandbox: Sandbox, request: HttpRequest) => unknown

/** What lies under `/_sandbox/`, by method and path. */
const controls: Readonly<Record<string, Control>> = {
  'GET /_sandbox/requests': listRequests,
  'POST /_sandbox/clock': advanceClock,
  'POST /_sandbox/faults': addFaults,
  'GET /_sandbox/faults': ({ faults }) => faults.list(),
  'DELETE /_sandbox/faults': clearFaults,
  'POST /_sandbox/capacity': ({ world }, { body }) => setCapacity(world, parse(body)),
  'POST /_sandbox/interruptions': interrupt,
  'POST /_sandbox/throttling': switchThrottling,
  'GET /_sandbox/policies': ({ policies }) => policies.list(),
  'POST /_sandbox/policies': ({ policies }, { body }) => policies.add(parse(body)),
  'DELETE /_sandbox/policies': ({ policies }) => policies.clear(),
  'POST /_sandbox/seed': ({ world, handlers }, { body }) => seedWorld(world, handlers, parse(body)),
  'POST /_sandbox/reset': resetWorld
}

/** Answers a request of a test or tool. */
export async function control(sandbox: Sandbox, request: HttpRequest): Promise<Answer> {
  const name = `${request.method} ${request.url.pathname}`
  const act = Object.hasOwn(controls, name) ? controls[name] : undefined
  if (!act) return answer(404, { error: `No ${name}; there are: ${Object.keys(controls).join(', ')}` })
  try {
    const value = (await act(sandbox, request)) ?? {}
    if (request.method === 'POST') await sandbox.state?.keep()
    return answer(200, value)
  } catch (error) {
    if (error instanceof ServiceError) return answer(400, { error: error.message })
    throw error
  }
}

function listRequests({ journal }: Sandbox, { url }: HttpRequest): unknown {
  const after = Number(url.searchParams.get('after') ?? 0)
  if (!Number.isInteger(after)) throw new ServiceError('After', 'Expected ?after=SEQ: the seq of an earlier call')
  return journal.after(after)
}

const LATEST_MS = Date.parse('9999-12-31T23:59:59Z')
const MS_PER_UNIT: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86400e3 }

async function advanceClock({ world }: Sandbox, { body }: HttpRequest): Promise<object> {
  const { advance } = parse(body) as { advance?: unknown }
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(String(advance)) ?? []
  const ms = Number(count) * (MS_PER_UNIT[unit] ?? Number.NaN)
  if (!(world.clock.now().getTime() + ms <= LATEST_MS)) {
    throw new ServiceError('Clock', 'Expected {"advance":"45d"}: a number and s, m, h or d, not beyond the year 9999')
  }
  world.clock.advance(ms)
  await world.schedule.settle()
  return { now: world.clock.now() }
}

function addFaults({ faults, history }: Sandbox, { body }: HttpRequest): void {
  for (const rule of readFaultRules(parse(body))) faults.add(rule)
  history.keep(faults.longestStaleSeconds)
}

function clearFaults({ faults, history }: Sandbox): void {
  faults.clear()
  history.keep(0)
}

/** Lets EC2 take a running Spot Instance back. */
function interrupt({ world }: Sandbox, { body }: HttpRequest): object {
  const { region, instance } = parse(body) as { region?: unknown; instance?: unknown }
  if (typeof region !== 'string' || typeof instance !== 'string') {
    throw new ServiceError('Interruption', 'Expected {"region":"us-east-1","instance":"i-…"}')
  }
  return { at: interruptSpot(world, region, instance) }
}

/** Switched on or off, all buckets are full. */
function switchThrottling({ throttling }: Sandbox, { body }: HttpRequest): object {
  const { enabled } = parse(body) as { enabled?: unknown }
  if (typeof enabled !== 'boolean') throw new ServiceError('Throttling', 'Expected {"enabled":true} or false')
  throttling.clear()
  throttling.enabled = enabled
  return { enabled }
}

async function resetWorld(sandbox: Sandbox): Promise<void> {
  const { world, journal, throttling, policies } = sandbox
  clearFaults(sandbox)
  throttling.clear()
  policies.clear()
  journal.clear()
  await world.reset()
}

function parse(body: string): object {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // said below, for every body that is not a JSON object
  }
  throw new ServiceError('Body', 'Expected a JSON object')
}

const answer = (status: number, value: unknown): Answer => ({
  status,
  contentType: 'application/json',
  body: `${JSON.stringify(value)}\n`
})
