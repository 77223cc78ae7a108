import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { JobHost } from './job-host.ts'

const host = new JobHost()
const asked: string[] = []
const github = createServer((request, response) => {
  asked.push(`${request.url} ${request.headers.authorization}`)
  const isRefused = request.url?.includes('refused')
  response.writeHead(isRefused ? 403 : 200, { 'content-type': 'application/json' }).end('{"value":"the.id.token"}')
})
let url = ''

beforeAll(async () => {
  await new Promise<void>(listening => github.listen(0, '127.0.0.1', listening))
  url = `http://127.0.0.1:${(github.address() as AddressInfo).port}/token?x=1`
})
afterAll(async () => {
  host.remove()
  await new Promise(closed => github.close(closed))
})

const entry = (audience: string): string => `
  import { runMain } from './src/action/job.ts'
  void runMain(async run => {
    const token = await run.idToken('${audience}')
    return { outputs: {}, report: { length: token.length }, summary: '' }
  })`

const permitted = () => ({ ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token' })

const MISSING =
  'Expected the job to have the permission `id-token: write`, found it without; role-to-assume needs it. Add `permissions: id-token: write` to the job.'

describe('GitHub’s OIDC token', () => {
  test('is asked for with its audience, and masked', async () => {
    const job = await host.run(entry('sts.amazonaws.com'), permitted())
    expect(asked.at(-1)).toBe('/token?x=1&audience=sts.amazonaws.com Bearer request-token')
    expect(job.stdout).toContain('::add-mask::the.id.token\n')
    expect(job.report).toEqual({ length: 12 })
  })

  test.each([
    ['outside GitHub', {}, 'Outside GitHub leave role-to-assume out.'],
    ['without the token', { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://x' }, 'Outside GitHub leave role-to-assume out.'],
    [
      'in a fork',
      { GITHUB_EVENT_NAME: 'pull_request' },
      'A pull request from a fork never gets one: bake it on the sandbox, without role-to-assume.'
    ]
  ])('needs a permission: %s', async (_, environment, hint) => {
    const before = asked.length
    const job = await host.run(entry('a'), environment as Record<string, string>)
    expect(job.stdout).toContain(`::error::${MISSING} ${hint}\n`)
    expect(job.code).toBe(1)
    expect(asked.length).toBe(before)
  })

  test('that GitHub refuses is one sentence, without the token of the request', async () => {
    const job = await host.run(entry('refused'), permitted())
    expect(job.stdout).toContain(
      '::error::GitHub gave no OIDC token. Run the job again; if it stays, see https://www.githubstatus.com.\n'
    )
    expect(job.stdout).not.toContain('request-token')
  })
})
