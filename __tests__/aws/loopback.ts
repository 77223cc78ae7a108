import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** What a request asks for. */
export interface Asked {
  readonly action: string
  readonly form: URLSearchParams
  readonly accessKeyId: string
}

export type Answer =
  | { readonly status: number; readonly body: string; readonly date?: string }
  /** The request is held, without an answer. */
  | 'hold'

/** A server that answers as a test says, and remembers what it was asked. */
export class Loopback {
  readonly asked: Asked[] = []
  /** Set by a test. */
  answer: (asked: Asked, count: number) => Answer = () => 'hold'
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((request, response) => void this.#serve(request, response))

  async start(): Promise<void> {
    this.#server.on('connection', socket => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** How many connections are open. */
  get sockets(): number {
    return this.#sockets.size
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const form = new URLSearchParams(body)
    const accessKeyId = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const asked = { action: form.get('Action') ?? '', form, accessKeyId }
    this.asked.push(asked)
    const answer = this.answer(asked, this.asked.length)
    if (answer === 'hold') return
    const { status, body: text, date = new Date().toUTCString() } = answer
    response.writeHead(status, { 'content-type': 'text/xml', date }).end(text)
  }
}

/** EC2's form of a failure. */
export const ec2Failure = (code: string, message = 'no', status = 400): Answer => ({
  status,
  body: `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`
})

/** STS's form of a failure. */
export const stsFailure = (code: string, message = 'no', status = 400): Answer => ({
  status,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`
})

export const regions = (date?: string): Answer => ({
  status: 200,
  body: '<DescribeRegionsResponse><regionInfo><item><regionName>us-east-1</regionName></item></regionInfo></DescribeRegionsResponse>',
  ...(date !== undefined && { date })
})

/** A session with this key, as `operation` answers it; `expiration` is a time. */
export const session = (
  accessKeyId: string,
  expiration: string,
  date?: string,
  operation = 'AssumeRoleWithWebIdentity'
): Answer => ({
  status: 200,
  body: `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>secret-of-${accessKeyId}</SecretAccessKey><SessionToken>token-of-${accessKeyId}</SessionToken><Expiration>${expiration}</Expiration></Credentials></${operation}Result></${operation}Response>`,
  ...(date !== undefined && { date })
})
