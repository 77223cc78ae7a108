import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

interface TokenClaims {
  readonly iss?: string
  readonly sub?: string
  readonly aud?: string
  readonly exp?: number
}

/** GitHub's OIDC token endpoint on loopback, as a job with `id-token: write` sees it. */
export class GithubOidc implements AsyncDisposable {
  /** How many tokens it has handed out. */
  count = 0
  readonly #server: Server

  private constructor(claims: TokenClaims) {
    this.#server = createServer((request, response) => {
      this.count++
      const aud = new URL(request.url ?? '', 'http://x').searchParams.get('audience') ?? ''
      const now = Math.floor(Date.now() / 1000)
      const all = {
        iss: 'https://token.actions.githubusercontent.com',
        sub: 'repo:org/images:ref:refs/heads/main',
        aud,
        exp: now + 3600,
        ...claims
      }
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ value: toJwt(all) }))
    })
  }

  static async start(claims: TokenClaims = {}): Promise<GithubOidc> {
    const oidc = new GithubOidc(claims)
    await new Promise<void>(resolve => oidc.#server.listen(0, '127.0.0.1', resolve))
    return oidc
  }

  /** What the runner sets for a job that may ask for a token. */
  get env(): Record<string, string> {
    const { port } = this.#server.address() as AddressInfo
    return {
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token'
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }
}

function toJwt(claims: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  return `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}.c2lnbmF0dXJl`
}
