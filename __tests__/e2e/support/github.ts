import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

interface Issue {
  readonly number: number
  title: string
  body: string
  state: 'open' | 'closed'
  readonly labels: readonly { readonly name: string }[]
}

interface Comment {
  readonly id: number
  readonly issue: number
  body: string
}

/** What a request may hold. */
interface Sent {
  readonly title?: string
  readonly body?: string
  readonly state?: 'open' | 'closed'
  readonly labels?: readonly string[]
}

type Answer = readonly [status: number, body: unknown]

/**
 * The part of GitHub's REST API that the action uses, on loopback, for the repository `org/images`.
 *
 * @see https://docs.github.com/en/rest/issues
 */
export class GitHub implements AsyncDisposable {
  static readonly TOKEN = 'ghs_secretOfThisJob'
  readonly issues: Issue[] = []
  readonly comments: Comment[] = []
  /** The status of every answer, where the token lacks a permission. */
  refuses: number | undefined
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(([status, body]) => {
        response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
        response.end(JSON.stringify(body))
      })
    })
  }

  static async start(): Promise<GitHub> {
    const github = new GitHub()
    await new Promise<void>(resolve => github.#server.listen(0, '127.0.0.1', resolve))
    return github
  }

  /** What the runner sets for a job. */
  get env(): Record<string, string> {
    const { port } = this.#server.address() as AddressInfo
    return {
      GITHUB_API_URL: `http://127.0.0.1:${port}`,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'org/images',
      GITHUB_RUN_ID: '4711'
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    if (request.headers.authorization !== `Bearer ${GitHub.TOKEN}`) return [401, { message: 'Bad credentials' }]
    if (this.refuses) return [this.refuses, { message: 'Resource not accessible by integration' }]
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x')
    const [, path = ''] = /^\/repos\/org\/images\/(.*)$/.exec(pathname) ?? []
    const sent = await text(request)
    return this.#route(`${request.method} ${path}`, searchParams, sent ? JSON.parse(sent) : {})
  }

  #route(call: string, query: URLSearchParams, sent: Sent): Answer {
    const number = Number(/\d+/.exec(call)?.[0])
    switch (call.replace(/\d+/, 'N')) {
      case 'GET issues':
        return [
          200,
          pageOf(
            this.issues.filter(({ labels }) => labels.some(({ name }) => name === query.get('labels'))),
            query
          )
        ]
      case 'POST issues':
        return [201, this.#open(sent)]
      case 'PATCH issues/N':
        return [200, Object.assign(this.issues[number - 1] ?? {}, sent)]
      case 'GET issues/N/comments':
        return [
          200,
          pageOf(
            this.comments.filter(({ issue }) => issue === number),
            query
          )
        ]
      case 'POST issues/N/comments':
        return [201, this.#say(number, sent.body ?? '')]
      case 'PATCH issues/comments/N':
        return [200, Object.assign(this.comments[number - 1] ?? {}, sent)]
      default:
        return [404, { message: 'Not Found' }]
    }
  }

  #open({ title = '', body = '', labels = [] }: Sent): Issue {
    const named = labels.map(name => ({ name }))
    const issue: Issue = { number: this.issues.length + 1, title, body, state: 'open', labels: named }
    this.issues.push(issue)
    return issue
  }

  #say(issue: number, body: string): Comment {
    const comment = { id: this.comments.length + 1, issue, body }
    this.comments.push(comment)
    return comment
  }
}

function pageOf<T>(all: readonly T[], query: URLSearchParams): T[] {
  const [size, page] = [Number(query.get('per_page') ?? 30), Number(query.get('page') ?? 1)]
  return all.slice((page - 1) * size, page * size)
}
