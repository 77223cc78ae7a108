import type { ServiceError } from '../errors.ts'
import { writeJson } from '../wire/json.ts'
import type { Operation, Service } from '../wire/operations.ts'
import { escapeXml, writeXml } from '../wire/xml.ts'
import type { Protocol } from './route.ts'

export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
  /** Of AWS's answers: what the client shows where it asks for support. */
  readonly requestId?: string
}

const REST_TYPE = 'application/json'
const STS_NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/'

/** Of the services that answer in XML. */
const NAMESPACES: Readonly<Partial<Record<Service, string>>> = {
  ec2: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  sts: STS_NAMESPACE,
  autoscaling: 'http://autoscaling.amazonaws.com/doc/2011-01-01/'
}

/** Writes an operation's output in its protocol. */
export function writeAnswer(
  protocol: Protocol,
  { service, name, output, http }: Operation,
  value: unknown,
  requestId: string
): Answer {
  if (protocol === 'json') return json(200, writeJson(output, value ?? {}))
  if (protocol === 'rest') {
    const status = http?.status ?? 200
    return { status, contentType: REST_TYPE, body: status === 204 ? '' : writeJson(output, value ?? {}) }
  }
  const members = value === undefined ? '' : writeXml(output, value)
  const xmlns = NAMESPACES[service]
  if (protocol === 'ec2') {
    return xml(200, `<${name}Response xmlns="${xmlns}"><requestId>${requestId}</requestId>${members}</${name}Response>`)
  }
  const result = `<${name}Result>${members}</${name}Result>`
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`
  return xml(200, `<${name}Response xmlns="${xmlns}">${result}${metadata}</${name}Response>`)
}

/**
 * Writes a refusal in its protocol; `service` where it is known which one was called.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html#api-error-response
 */
export function writeError(
  protocol: Protocol,
  { code, message, status }: ServiceError,
  requestId: string,
  service: Service = 'sts'
): Answer {
  if (protocol === 'json') return json(status, JSON.stringify({ __type: code, message }))
  if (protocol === 'rest') {
    return { status, contentType: REST_TYPE, body: JSON.stringify({ __type: code, Message: message }) }
  }
  const error = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`
  if (protocol === 'ec2') {
    return xml(
      status,
      `<Response><Errors><Error>${error}</Error></Errors><RequestID>${requestId}</RequestID></Response>`
    )
  }
  const typed = `<Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>${error}</Error>`
  return xml(
    status,
    `<ErrorResponse xmlns="${NAMESPACES[service] ?? STS_NAMESPACE}">${typed}<RequestId>${requestId}</RequestId></ErrorResponse>`
  )
}

const xml = (status: number, body: string): Answer => ({
  status,
  contentType: 'text/xml;charset=UTF-8',
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`
})

const json = (status: number, body: string): Answer => ({ status, contentType: 'application/x-amz-json-1.1', body })
