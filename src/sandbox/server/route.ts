import type { IncomingHttpHeaders } from 'node:http'
import { ServiceError } from '../errors.ts'
import { SERVICES, type Service } from '../wire/operations.ts'
import { type Node, parseTree } from '../wire/tree.ts'

export interface HttpRequest {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What a request asks for, before its parameters are read. */
export interface Route {
  readonly service: Service
  readonly region: string
  readonly operation: string
  /** Undefined for an unsigned request. */
  readonly accessKeyId?: string
  readonly protocol: 'ec2' | 'query' | 'json'
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

/** STS operations that are called without credentials. */
const UNSIGNED = new Set(['AssumeRoleWithWebIdentity', 'AssumeRoleWithSAML'])

/**
 * Finds service and region in the credential scope of the Authorization header (or of a presigned URL); an unsigned
 * call can only be one of STS.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function routeRequest(request: HttpRequest): Route {
  const scope = readScope(request)
  if (scope?.service === 'ssm' || scope?.service === 'kms') return routeJson(request, scope)
  const tree = parseTree(request.method === 'GET' ? request.url.search : request.body)
  const operation = tree.children.get('Action')?.value ?? ''
  for (const key of [...tree.children.keys()]) if (ENVELOPE.test(key)) tree.children.delete(key)
  if (scope) return { ...scope, operation, protocol: scope.service === 'ec2' ? 'ec2' : 'query', tree }
  if (UNSIGNED.has(operation)) return { service: 'sts', region: 'us-east-1', operation, protocol: 'query', tree }
  throw new ServiceError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403)
}

function routeJson(request: HttpRequest, scope: Scope): Route {
  const target = String(request.headers['x-amz-target'] ?? '')
  return { ...scope, operation: target.slice(target.lastIndexOf('.') + 1), protocol: 'json' }
}

function readScope({ headers, url }: HttpRequest): Scope | undefined {
  const signed =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? url.searchParams.get('X-Amz-Credential')
  if (!signed) return undefined
  const [accessKeyId, , region, service] = signed.split('/')
  const known = SERVICES.find(name => name === service)
  if (!accessKeyId || !region || !service)
    throw new ServiceError('AuthFailure', 'The credential scope is malformed', 401)
  if (!known)
    throw new ServiceError('InvalidAction', `The sandbox has no service ${service}, only ${SERVICES.join(', ')}`)
  return { accessKeyId, region, service: known }
}
