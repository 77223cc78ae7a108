import { request } from 'node:http'
import { expect, test } from '@jest/globals'
import { refusalOf } from '../../../src/sandbox/server/local-only.ts'
import { startSandbox } from '../../support/sandbox.ts'

function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/_sandbox/requests`, { headers }, answer => {
      answer.resume()
      resolve(answer.statusCode)
    })
    sent.on('error', reject).end()
  })
}

test.each([
  ['a tool', {}, 200],
  ['a tool that says localhost', { host: 'localhost:8080' }, 200],
  ['a page of another origin', { origin: 'https://example.com' }, 403],
  ['a page, without an origin', { 'sec-fetch-site': 'cross-site' }, 403],
  ['a page whose name leads to loopback', { host: 'rebind.example.com' }, 403]
])('%s is answered with %o: %d', async (_, headers, status) => {
  const sandbox = await startSandbox()
  expect(await statusOf(sandbox.url, headers as Record<string, string>)).toBe(status)
  await sandbox.stop()
})

test('with --host it is also reached by other names, still not by web pages', () => {
  expect(refusalOf({ host: 'sandbox:8080' }, false)).toBeUndefined()
  expect(refusalOf({ host: 'sandbox:8080', origin: 'https://example.com' }, false)).toMatch('no web pages')
})
