import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer } from './answer.ts'
import { control } from './control.ts'
import { dispatch } from './dispatch.ts'
import { DroppedAnswer } from './faults.ts'
import { refusalOf } from './local-only.ts'
import type { HttpRequest } from './route.ts'
import type { Sandbox } from './sandbox.ts'

/** Enough for every request: EC2 refuses larger ones too; user data is 16 KB, an SSM document 64 KB. */
const MAX_BODY_BYTES = 2 * 1024 * 1024

/** Serves the sandbox, on loopback unless another address is given. Result: the server and the URL it answers on. */
export async function listen(
  sandbox: Sandbox,
  port: number,
  host = '127.0.0.1'
): Promise<{ server: Server; url: string }> {
  const server = createServer((message, response) => {
    void respond(sandbox, isLoopback(host), message, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return { server, url: `http://${reachable(host)}:${(server.address() as AddressInfo).port}` }
}

/** Whether only this machine reaches an address. */
export const isLoopback = (host: string): boolean => host.startsWith('127.') || host === '::1'

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

async function respond(
  sandbox: Sandbox,
  localOnly: boolean,
  message: IncomingMessage,
  response: ServerResponse
): Promise<void> {
  try {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const request = await readRequest(message, gone.signal)
    send(response, await answer(sandbox, localOnly, request), sandbox)
  } catch (error) {
    const isForeseen = error instanceof DroppedAnswer || message.errored !== null
    if (!isForeseen) process.stderr.write(`sandbox: ${error}\n`)
    message.socket.destroy()
  }
}

async function answer(sandbox: Sandbox, localOnly: boolean, request: HttpRequest): Promise<Answer> {
  const refusal = refusalOf(request.headers, localOnly)
  if (refusal) return { status: 403, contentType: 'text/plain', body: `${refusal}\n` }
  return request.url.pathname.startsWith('/_sandbox/') ? control(sandbox, request) : dispatch(sandbox, request)
}

async function readRequest(message: IncomingMessage, gone: AbortSignal): Promise<HttpRequest> {
  let chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of message) {
    bytes += chunk.length
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk)
    else chunks = []
  }
  return {
    method: message.method ?? 'GET',
    url: new URL(`http://sandbox${message.url}`),
    headers: message.headers,
    body: Buffer.concat(chunks).toString(),
    isTooLarge: bytes > MAX_BODY_BYTES,
    gone
  }
}

/** Answers carry the sandbox's own time: it is what clients take for EC2's. */
function send(response: ServerResponse, { status, contentType, body, requestId }: Answer, { world }: Sandbox): void {
  response.sendDate = false
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    date: world.clock.now().toUTCString(),
    ...(requestId !== undefined && { 'x-amzn-requestid': requestId })
  })
  response.end(body)
}
