import { ServiceError } from '../errors.ts'
import type { Call } from '../handler.ts'
import { readJson } from '../wire/json.ts'
import { type Operation, operations } from '../wire/operations.ts'
import { readQuery } from '../wire/query.ts'
import { readRest } from '../wire/rest.ts'
import { newRequestId } from '../world/ids.ts'
import { type Answer, writeAnswer, writeError } from './answer.ts'
import { execute } from './execute.ts'
import { DroppedAnswer } from './faults.ts'
import { identify } from './identity.ts'
import { type HttpRequest, protocolOf, type Route, routeRequest } from './route.ts'
import type { Sandbox } from './sandbox.ts'

/** Answers one AWS request. Errors: only DroppedAnswer; every other failure becomes an answer. */
export async function dispatch(sandbox: Sandbox, request: HttpRequest): Promise<Answer> {
  const requestId = newRequestId()
  sandbox.world.schedule.runDue()
  return { ...(await answer(sandbox, request, requestId)), requestId }
}

async function answer(sandbox: Sandbox, request: HttpRequest, requestId: string): Promise<Answer> {
  let route: Route
  try {
    route = routeRequest(request)
  } catch (error) {
    return writeError(protocolOf(request), asServiceError(error), requestId)
  }
  return perform(sandbox, request, route, requestId)
}

async function perform(sandbox: Sandbox, request: HttpRequest, route: Route, requestId: string): Promise<Answer> {
  const { world, journal } = sandbox
  const now = world.clock.now()
  const { service, region, operation } = route
  const entry = journal.open({ time: now.toISOString(), account: '', principal: '', region, service, operation })
  try {
    const identity = identify(route, world)
    Object.assign(entry, { account: identity.account, principal: identity.arn })
    const known = findOperation(route)
    const call: Call = {
      world,
      ...identity,
      principal: identity.arn,
      region: world.region(region, identity.account),
      now,
      requestId
    }
    const input = await readInput(route, known, request)
    const value = await execute(sandbox, {
      operation: known,
      input,
      call,
      protocol: route.protocol,
      gone: request.gone
    })
    entry.outcome = 'ok'
    return writeAnswer(route.protocol, known, value, requestId)
  } catch (error) {
    if (error instanceof DroppedAnswer) entry.outcome = 'dropped'
    if (error instanceof DroppedAnswer) throw error
    const refusal = asServiceError(error)
    entry.outcome = refusal.code
    return writeError(route.protocol, refusal, requestId, service)
  }
}

function findOperation({ service, operation, protocol }: Route): Operation {
  const found = operations(service).get(operation)
  if (found) return found
  const isJson = protocol === 'json'
  if (!operation && !isJson) throw new ServiceError('MissingAction', 'The request must contain the parameter Action')
  const code = isJson ? 'UnknownOperationException' : 'InvalidAction'
  throw new ServiceError(code, `The action ${operation} is not valid for this web service.`)
}

async function readInput(route: Route, operation: Operation, request: HttpRequest): Promise<object> {
  if (route.protocol === 'rest') return readRest(operation, request)
  if (route.protocol === 'json') return readJson(operation.input, request.body)
  return readQuery(operation.input, route.tree ?? { children: new Map() }, route.protocol)
}

/** An unforeseen failure is a fault of the sandbox: answered as one, and its stack written where a maintainer looks. */
function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error
  process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : error}\n`)
  return new ServiceError('InternalError', 'The sandbox failed; its standard error says where', 500)
}
