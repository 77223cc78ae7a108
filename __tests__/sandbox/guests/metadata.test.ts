import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { metadataServer } from '../../../src/sandbox/guests/metadata.ts'

const server = metadataServer(
  { 'meta-data/instance-id': 'i-1', 'meta-data/placement/region': 'us-east-1', 'meta-data/placement/az': 'a' },
  Buffer.from('#!/bin/sh')
)
let url = ''

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())

async function token(headers: Record<string, string> = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' }) {
  return fetch(`${url}/latest/api/token`, { method: 'PUT', headers })
}

async function get(path: string) {
  const value = await (await token()).text()
  const response = await fetch(`${url}${path}`, { headers: { 'x-aws-ec2-metadata-token': value } })
  return `${response.status} ${await response.text()}`
}

describe('the instance metadata service', () => {
  test('asks for a token, and for one of its own', async () => {
    expect((await fetch(`${url}/latest/meta-data/instance-id`)).status).toBe(401)
    const headers = { 'x-aws-ec2-metadata-token': 'made up' }
    expect((await fetch(`${url}/latest/meta-data/instance-id`, { headers })).status).toBe(401)
  })

  test.each([
    ['without a time to live', {}, 400],
    ['for more than six hours', { 'x-aws-ec2-metadata-token-ttl-seconds': '21601' }, 400],
    ['through a proxy', { 'x-aws-ec2-metadata-token-ttl-seconds': '60', 'x-forwarded-for': '10.0.0.1' }, 403]
  ])('gives no token %s', async (_name, headers, status) => {
    expect((await token(headers)).status).toBe(status)
  })

  test.each([
    ['/latest/meta-data/instance-id', '200 i-1'],
    ['/2021-07-15/meta-data/instance-id', '200 i-1'],
    ['/latest/meta-data/', '200 instance-id\nplacement/'],
    ['/latest/meta-data/placement', '200 az\nregion'],
    ['/latest/user-data', '200 #!/bin/sh'],
    ['/latest/meta-data/nothing', '404 ']
  ])('%s', async (path, expected) => {
    expect(await get(path)).toBe(expected)
  })
})
