import type { Service } from '../../../src/sandbox/wire/operations.ts'

export interface RawRequest {
  /** The service in the credential scope; undefined sends no signature. */
  readonly service?: string | undefined
  readonly region?: string
  /** In place of the whole credential scope. */
  readonly credential?: string
  /** `X-Amz-Target` of a JSON request. */
  readonly target?: string | undefined
  readonly account?: string
  readonly method?: string
  readonly path?: string
  readonly body?: string | Uint8Array<ArrayBuffer>
}

export interface RawAnswer {
  readonly status: number
  /** Empty for an answer without error. */
  readonly code: string
  readonly message: string
  readonly body: string
}

const TARGETS: Readonly<Record<string, string>> = { ssm: 'AmazonSSM', kms: 'TrentService' }

/** The X-Amz-Target of an operation; undefined for the services that name it in the body. */
export const targetOf = (service: Service, operation: string): string | undefined =>
  TARGETS[service] && `${TARGETS[service]}.${operation}`

/** How each service writes its errors; the tests read no other. */
export const FORMATS = { ec2: 'ec2', sts: 'sts', autoscaling: 'sts', ssm: 'json', kms: 'json', rbin: 'json' } as const

/** Sends a request that no SDK would, and reads the answer as `format` prescribes it: any other fails the test. */
export async function sendRaw(url: string, request: RawRequest, format: 'ec2' | 'sts' | 'json'): Promise<RawAnswer> {
  const { service, region = 'us-east-1', account = '111122223333', target, method = 'POST', path = '/', body } = request
  const credential = request.credential ?? (service && `${account}/20300131/${region}/${service}/aws4_request`)
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=unchecked`
  const headers = {
    'content-type': target ? 'application/x-amz-json-1.1' : 'application/x-www-form-urlencoded',
    ...(credential !== undefined && { authorization }),
    ...(target !== undefined && { 'x-amz-target': target })
  }
  const answer = await fetch(url + path, { method, headers, ...(body !== undefined && { body }) })
  const text = await answer.text()
  const error = answer.ok ? { code: '', message: '' } : READERS[format](text)
  return { status: answer.status, body: text, ...error }
}

interface ErrorText {
  readonly code: string
  readonly message: string
}

const ERROR = '<Code>(.*)</Code><Message>(.*)</Message>'
const READERS: Readonly<Record<'ec2' | 'sts' | 'json', (text: string) => ErrorText>> = {
  ec2: text => readXml(text, `<Response><Errors><Error>${ERROR}</Error></Errors><RequestID>.+</RequestID></Response>`),
  sts: text =>
    readXml(
      text,
      `<ErrorResponse xmlns="[^"]+"><Error><Type>Sender</Type>${ERROR}</Error><RequestId>.+</RequestId></ErrorResponse>`
    ),
  json: text => {
    const {
      __type: code,
      message,
      Message
    } = JSON.parse(text) as { __type: string; message?: string; Message?: string }
    return { code, message: message ?? Message ?? '' }
  }
}

function readXml(text: string, pattern: string): ErrorText {
  const [, code, message] =
    new RegExp(`^<\\?xml version="1.0" encoding="UTF-8"\\?>\\n${pattern}$`, 's').exec(text) ?? []
  if (!code || !message) throw new Error(`not an error in the service's format: ${text.slice(0, 300)}`)
  return { code, message }
}
