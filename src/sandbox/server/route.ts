import type { IncomingHttpHeaders } from 'node:http'
import { ServiceError } from '../errors.ts'
import { SERVICES, type Service } from '../wire/operations.ts'
import { findRest } from '../wire/rest.ts'
import { type Node, parseTree } from '../wire/tree.ts'
import { authenticationError } from './authentication-errors.ts'

export interface HttpRequest {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  /** Empty where it was too large to be kept. */
  readonly body: string
  readonly isTooLarge: boolean
  /** Aborted once the client has given up. */
  readonly gone: AbortSignal
}

/** `ec2` and `query` are form-encoded and answered in XML: EC2's own dialect, and that of STS and Auto Scaling. */
export type Protocol = 'ec2' | 'query' | 'json' | 'rest'

/** What a request asks for, before its parameters are read. */
export interface Route {
  readonly service: Service
  readonly region: string
  readonly operation: string
  /** Undefined for an unsigned request. */
  readonly accessKeyId?: string
  readonly protocol: Protocol
  /** The parameters of a query-protocol request. */
  readonly tree?: Node
}

interface Scope {
  accessKeyId: string
  region: string
  service: Service
}

/** Parameters that belong to the protocol or the signature, not to the operation. */
const ENVELOPE = /^(Action|Version|AWSAccessKeyId|Signature.*|Timestamp|Expires|SecurityToken|X-Amz-.*)$/

/** `KEY/DATE/REGION/SERVICE/aws4_request` */
const SCOPE = /^([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request$/

/** How a request of STS or Auto Scaling is told from one of EC2 where its scope cannot be read. */
const IS_QUERY = /\/(?:sts|autoscaling)\/aws4_request|\bVersion=2011-(?:06-15|01-01)\b/

/** Longer than the name of any operation. */
const MAX_NAME = 100

/** STS operations that are called without credentials. */
const UNSIGNED = new Set(['AssumeRoleWithWebIdentity', 'AssumeRoleWithSAML'])

/**
 * Finds service and region in the credential scope of the Authorization header (or of a presigned URL); an unsigned
 * call can only be one of STS. Errors: those of unreadable requests and of credentials that are missing or malformed.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function routeRequest(request: HttpRequest): Route {
  if (request.isTooLarge) throw new ServiceError('RequestEntityTooLarge', 'The request is too large', 413)
  const scope = readScope(request)
  if (scope?.service === 'ssm' || scope?.service === 'kms') return routeJson(request, scope)
  if (scope?.service === 'rbin') return routeRest(request, scope)
  const tree = parseTree(request.method === 'GET' ? request.url.search : request.body)
  const operation = (tree.children.get('Action')?.value ?? '').slice(0, MAX_NAME)
  for (const key of [...tree.children.keys()]) if (ENVELOPE.test(key)) tree.children.delete(key)
  if (scope) return { ...scope, operation, protocol: scope.service === 'ec2' ? 'ec2' : 'query', tree }
  if (UNSIGNED.has(operation)) return { service: 'sts', region: 'us-east-1', operation, protocol: 'query', tree }
  throw authenticationError(protocolOf(request), 'unsigned')
}

function routeJson(request: HttpRequest, scope: Scope): Route {
  const target = String(request.headers['x-amz-target'] ?? '')
  return { ...scope, operation: target.slice(target.lastIndexOf('.') + 1).slice(0, MAX_NAME), protocol: 'json' }
}

function routeRest(request: HttpRequest, scope: Scope): Route {
  const operation = findRest(scope.service, request)?.name
  if (operation !== undefined) return { ...scope, operation, protocol: 'rest' }
  const asked = `${request.method} ${request.url.pathname}`.slice(0, MAX_NAME)
  throw new ServiceError('UnknownOperationException', `${scope.service} has no ${asked}`, 404)
}

/** The protocol that a request seems to speak: in it, it is told why it cannot be routed. */
export function protocolOf(request: HttpRequest): Protocol {
  if (request.headers['x-amz-target']) return 'json'
  if (credentialOf(request)?.includes('/rbin/')) return 'rest'
  return IS_QUERY.test(`${credentialOf(request)} ${request.url.search} ${request.body}`) ? 'query' : 'ec2'
}

function readScope(request: HttpRequest): Scope | undefined {
  const credential = credentialOf(request)
  if (credential === undefined) return undefined
  const [, accessKeyId, region, name] = SCOPE.exec(credential) ?? []
  if (!accessKeyId || !region) throw authenticationError(protocolOf(request), 'malformed scope')
  const service = SERVICES.find(known => known === name)
  if (service) return { accessKeyId, region, service }
  throw new ServiceError('InvalidAction', `The sandbox has no service ${name}, only ${SERVICES.join(', ')}`)
}

/** What an Authorization header or a presigned URL says of who signed; undefined for an unsigned request. */
function credentialOf({ headers, url }: HttpRequest): string | undefined {
  if (headers.authorization === undefined) return url.searchParams.get('X-Amz-Credential') ?? undefined
  return /Credential=([^,\s]*)/.exec(headers.authorization)?.[1] ?? ''
}
