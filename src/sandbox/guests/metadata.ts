import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

const MAX_TTL_SECONDS = 21_600

/**
 * The instance metadata service of one guest, version 2 only: without a token it answers 401. `values` has what it
 * knows by path below /latest/.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
export function metadataServer(values: Readonly<Record<string, string>>, userData?: Uint8Array): Server {
  const tokens = new Map<string, number>()
  return createServer((request, response) => {
    const answer = answerTo(request, values, userData, tokens)
    response.setHeader('content-type', 'text/plain')
    for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value)
    send(response, answer)
  })
}

interface Answer {
  readonly status: number
  readonly body?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

function send(response: ServerResponse, { status, body = '' }: Answer): void {
  response.statusCode = status
  response.end(body)
}

function answerTo(
  request: IncomingMessage,
  values: Readonly<Record<string, string>>,
  userData: Uint8Array | undefined,
  tokens: Map<string, number>
): Answer {
  const path = (request.url ?? '/').replace(/[?#].*/, '').replace(/\/{2,}/g, '/')
  // Switched off, it has no values.
  if (Object.keys(values).length === 0) return { status: 403 }
  if (request.method === 'PUT' && path === '/latest/api/token') return issueToken(request, tokens)
  if (request.method !== 'GET') return { status: 405 }
  if (!isValid(header(request, 'x-aws-ec2-metadata-token'), tokens)) return { status: 401 }
  const below = /^\/(?:latest|\d{4}-\d\d-\d\d)\/(.*)$/.exec(path)?.[1]
  if (below === undefined) return path === '/' ? { status: 200, body: 'latest' } : { status: 404 }
  if (below === 'user-data') return userData?.length ? { status: 200, body: userData } : { status: 404 }
  const body = valueAt(below, values)
  return body === undefined ? { status: 404 } : { status: 200, body }
}

function issueToken(request: IncomingMessage, tokens: Map<string, number>): Answer {
  const seconds = Number(header(request, 'x-aws-ec2-metadata-token-ttl-seconds'))
  if (!(seconds >= 1 && seconds <= MAX_TTL_SECONDS)) return { status: 400 }
  // What comes through a proxy was not asked by the instance itself.
  if (header(request, 'x-forwarded-for') !== '') return { status: 403 }
  const token = `${randomBytes(39).toString('base64url')}==`
  tokens.set(token, Date.now() + seconds * 1000)
  return { status: 200, body: token, headers: { 'x-aws-ec2-metadata-token-ttl-seconds': String(seconds) } }
}

function isValid(token: string, tokens: ReadonlyMap<string, number>): boolean {
  return (tokens.get(token) ?? 0) > Date.now()
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

/** A folder's value is the list of what is in it, folders with a slash. */
function valueAt(path: string, values: Readonly<Record<string, string>>): string | undefined {
  const name = path.replace(/\/$/, '')
  if (Object.hasOwn(values, name)) return values[name]
  const prefix = name === '' ? '' : `${name}/`
  const inside = Object.keys(values)
    .filter(key => key.startsWith(prefix))
    .map(key => key.slice(prefix.length).replace(/\/.*/, '/'))
  return inside.length > 0 ? [...new Set(inside)].sort().join('\n') : undefined
}
