import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { AbortableHandler } from '../../src/aws/abortable-handler.ts'
import { watchCalls } from '../../src/aws/calls.ts'
import { Ec2Clock } from '../../src/aws/clock.ts'
import { AmiError } from '../../src/errors.ts'
import { ec2Failure, Loopback, regions } from './loopback.ts'

const reason = new AmiError('CANCELLED', 'The job was cancelled')

let server: Loopback
let controller: AbortController
let clock: Ec2Clock
let key: string
beforeEach(async () => {
  server = new Loopback()
  await server.start()
  controller = new AbortController()
  clock = new Ec2Clock()
  key = 'FIRST'
})
afterEach(() => server.stop())

function client({ renew }: { renew?: () => Promise<unknown> } = {}): EC2Client {
  const { signal } = controller
  const ec2 = new EC2Client({
    region: 'us-east-1',
    endpoint: server.url,
    maxAttempts: 2,
    requestHandler: new AbortableHandler(signal),
    credentials: Object.assign(async () => ({ accessKeyId: key, secretAccessKey: 'unchecked' }), { memoized: true })
  })
  ec2.middlewareStack.use(watchCalls('ec2', { clock, signal, region: 'us-east-1', renew }))
  return ec2
}

/** Assumes a role whose session has another key each time. */
const renewal = () => {
  const renewals: string[] = []
  const renew = async () => {
    key = `RENEWED${renewals.length + 1}`
    renewals.push(key)
  }
  return { renew, renewals }
}

const describeRegions = (ec2: EC2Client) => ec2.send(new DescribeRegionsCommand({}))

/** Resolves once this is so, soon. */
async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !isSo(); i++) await new Promise(resolve => setTimeout(resolve, 5))
  expect(isSo()).toBe(true)
}

describe('an abort', () => {
  test('ends a held request at once, socket and all', async () => {
    const call = describeRegions(client())
    const ended = expect(call).rejects.toBe(reason)
    await until(() => server.asked.length === 1)
    expect(server.sockets).toBe(1)
    controller.abort(reason)
    await ended
    await until(() => server.sockets === 0)
    expect(server.asked).toHaveLength(1)
  })

  test('that came before lets nothing be sent', async () => {
    controller.abort(reason)
    await expect(describeRegions(client())).rejects.toBe(reason)
    expect(server.asked).toEqual([])
  })

  test('ends the pause before a retry', async () => {
    server.answer = () => {
      setImmediate(() => controller.abort(reason))
      return ec2Failure('RequestLimitExceeded', 'slow down', 503)
    }
    await expect(describeRegions(client())).rejects.toBe(reason)
  })
})

describe('a session that has expired', () => {
  test.each(['RequestExpired', 'ExpiredToken', 'ExpiredTokenException'])('is renewed, once: %s', async code => {
    server.answer = ({ accessKeyId }) => (accessKeyId === 'FIRST' ? ec2Failure(code) : regions())
    const { renew, renewals } = renewal()
    const { Regions } = await describeRegions(client({ renew }))
    expect(Regions?.map(region => region.RegionName)).toEqual(['us-east-1'])
    expect(renewals).toEqual(['RENEWED1'])
    expect(new Set(server.asked.map(asked => asked.accessKeyId))).toEqual(new Set(['FIRST', 'RENEWED1']))
  })

  test('that fails anew is told', async () => {
    server.answer = () => ec2Failure('RequestExpired', 'Request has expired.')
    const { renew, renewals } = renewal()
    await expect(describeRegions(client({ renew }))).rejects.toMatchObject({
      code: 'CREDENTIALS',
      message: 'ec2:DescribeRegions failed in us-east-1: RequestExpired: Request has expired.'
    })
    expect(renewals).toHaveLength(1)
  })

  test('of somebody else’s credentials is told at once', async () => {
    server.answer = () => ec2Failure('RequestExpired')
    await expect(describeRegions(client())).rejects.toMatchObject({ code: 'CREDENTIALS' })
  })

  test('that cannot be renewed says why', async () => {
    server.answer = () => ec2Failure('RequestExpired')
    const failure = new AmiError('OIDC', 'no token')
    const renew = () => Promise.reject(failure)
    await expect(describeRegions(client({ renew }))).rejects.toBe(failure)
  })
})

describe('a failure', () => {
  test('names the call, the region and the IAM action that is missing', async () => {
    server.answer = () => ec2Failure('UnauthorizedOperation', 'You are not authorized.', 403)
    const { renew, renewals } = renewal()
    await expect(describeRegions(client({ renew }))).rejects.toMatchObject({
      code: 'PERMISSION',
      message: 'ec2:DescribeRegions failed in us-east-1: UnauthorizedOperation: You are not authorized.',
      hint: 'Allow the IAM action ec2:DescribeRegions for this role.'
    })
    expect({ renewals, requests: server.asked.length }).toEqual({ renewals: [], requests: 1 })
  })

  test('that may pass is tried again', async () => {
    server.answer = (_, count) => (count === 1 ? ec2Failure('InternalError', 'try again', 500) : regions())
    await expect(describeRegions(client())).resolves.toMatchObject({ Regions: [{ RegionName: 'us-east-1' }] })
    expect(server.asked).toHaveLength(2)
  })
})

test('every answer tells the clock EC2’s time', async () => {
  server.answer = () => regions('Wed, 01 Jan 2031 00:00:00 GMT')
  await describeRegions(client())
  expect(clock.now().toISOString()).toMatch(/^2031-01-01T00:00:0[0-2]/)
})
