import { ServiceError } from '../errors.ts'
import type { Answer } from './answer.ts'
import type { Sandbox } from './dispatch.ts'
import type { FaultRule } from './faults.ts'
import type { HttpRequest } from './route.ts'

type Control = (sandbox: Sandbox, request: HttpRequest) => unknown

/** What lies under `/_sandbox/`, by method and path. */
const controls: Readonly<Record<string, Control>> = {
  'GET /_sandbox/requests': ({ journal }, { url }) => journal.after(Number(url.searchParams.get('after') ?? 0)),
  'POST /_sandbox/clock': advanceClock,
  'POST /_sandbox/faults': addFaults,
  'DELETE /_sandbox/faults': ({ faults }) => faults.clear(),
  'POST /_sandbox/reset': resetWorld
}

/** Answers a request of a test or tool. */
export async function control(sandbox: Sandbox, request: HttpRequest): Promise<Answer> {
  const name = `${request.method} ${request.url.pathname}`
  const act = Object.hasOwn(controls, name) ? controls[name] : undefined
  if (!act) return answer(404, { error: `No ${name}; there are: ${Object.keys(controls).join(', ')}` })
  try {
    return answer(200, (await act(sandbox, request)) ?? {})
  } catch (error) {
    if (error instanceof ServiceError) return answer(400, { error: error.message })
    throw error
  }
}

const MS_PER_UNIT: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86400e3 }

async function advanceClock({ world }: Sandbox, { body }: HttpRequest): Promise<object> {
  const { advance } = parse(body) as { advance?: unknown }
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(String(advance)) ?? []
  const ms = Number(count) * (MS_PER_UNIT[unit] ?? Number.NaN)
  if (!Number.isSafeInteger(ms))
    throw new ServiceError('Clock', 'Expected {"advance":"45d"}: a number and s, m, h or d')
  world.clock.advance(ms)
  await world.schedule.settle()
  return { now: world.clock.now() }
}

function addFaults({ faults }: Sandbox, { body }: HttpRequest): void {
  const rules = [parse(body)].flat() as FaultRule[]
  for (const rule of rules) {
    if (!['error', 'drop', 'hold'].includes(rule.action)) {
      throw new ServiceError(
        'Fault',
        'Expected a rule such as {"operation":"RunInstances","action":"error","code":"…"}'
      )
    }
  }
  for (const rule of rules) faults.add(rule)
}

async function resetWorld({ world, journal, faults }: Sandbox): Promise<void> {
  faults.clear()
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
