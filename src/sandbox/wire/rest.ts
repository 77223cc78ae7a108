import { NormalizedSchema } from '@smithy/core/schema'
import { ServiceError } from '../errors.ts'
import { readJson } from './json.ts'
import { type Operation, operations, type Service } from './operations.ts'
import { membersOf } from './schema.ts'

interface RestRequest {
  readonly method: string
  readonly url: URL
  readonly body: string
}

/** The operation that a request's method and path lead to. */
export const findRest = (service: Service, { method, url }: RestRequest): Operation | undefined =>
  [...operations(service).values()].find(
    ({ http }) => http?.method === method && matchPath(http.path, url.pathname) !== undefined
  )

/**
 * Reads a REST-JSON request: what is in the path, in the query, and in the body. In path and query there are only
 * strings, and lists of them. Errors as `readJson`.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export async function readRest({ input, http }: Operation, request: RestRequest): Promise<Record<string, unknown>> {
  const labels = matchPath(http?.path ?? '', request.url.pathname) ?? {}
  const query = readQueryString(input, request.url.searchParams)
  const body = parse(request.body)
  return readJson(input, JSON.stringify({ ...body, ...query, ...labels }))
}

/** What the labels of a path such as `/rules/{Identifier}` stand for; undefined where the path is another. */
function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  if (wanted.length !== given.length) return undefined
  const labels: Record<string, string> = {}
  for (const [i, part] of wanted.entries()) {
    const text = given[i] ?? ''
    const label = /^\{(\w+)\}$/.exec(part)?.[1]
    if (label === undefined ? text !== part : text === '') return undefined
    if (label !== undefined) labels[label] = decode(text)
  }
  return labels
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function readQueryString(schema: Operation['input'], given: URLSearchParams): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  for (const [name, member] of membersOf(NormalizedSchema.of(schema))) {
    const { httpQuery: key } = member.getMergedTraits()
    if (typeof key !== 'string' || !given.has(key)) continue
    found[name] = member.isListSchema() ? given.getAll(key) : given.get(key)
  }
  return found
}

function parse(body: string): object {
  try {
    const value: unknown = JSON.parse(body || '{}')
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // said below, for every body that is not a JSON object
  }
  throw new ServiceError('SerializationException', 'The body is not a JSON object')
}
