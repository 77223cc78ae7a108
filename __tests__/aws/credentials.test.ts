import { STSClient } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { hearClock } from '../../src/aws/calls.ts'
import { Ec2Clock } from '../../src/aws/clock.ts'
import { OidcCredentials } from '../../src/aws/credentials.ts'
import { AmiError } from '../../src/errors.ts'
import type { Inputs } from '../../src/run.ts'
import { KeptRun } from './kept-run.ts'
import { Loopback, session, stsFailure } from './loopback.ts'

const ROLE = 'arn:aws:iam::111122223333:role/ami-builder'

let server: Loopback
let clock: Ec2Clock
let run: KeptRun
beforeEach(async () => {
  server = new Loopback()
  await server.start()
  clock = new Ec2Clock()
})
afterEach(() => server.stop())

function open(inputs: Partial<Inputs> = {}): OidcCredentials {
  run = new KeptRun({ roleToAssume: ROLE, ...inputs })
  const sts = new STSClient({
    region: 'us-east-1',
    endpoint: server.url,
    maxAttempts: 1,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' }
  })
  sts.middlewareStack.use(hearClock(clock))
  return new OidcCredentials(run, clock, sts)
}

/** Sessions SESSION1, SESSION2, … that end at these times, by a clock that tells `date`. */
function grant(expirations: readonly string[], date?: string): void {
  server.answer = (_, count) => session(`SESSION${count}`, expirations[count - 1] ?? 'none left', date)
}

const IN_AN_HOUR = () => new Date(Date.now() + 3_600_000).toISOString()

describe('a session', () => {
  test('comes from GitHub’s token', async () => {
    grant(['2031-01-01T00:00:00Z'])
    const options = { audience: 'sts.example', roleSessionName: 'bake-web', roleDurationSeconds: 900 }
    expect(await open(options).get()).toEqual({
      accessKeyId: 'SESSION1',
      secretAccessKey: 'secret-of-SESSION1',
      sessionToken: 'token-of-SESSION1',
      expiration: new Date('2031-01-01T00:00:00Z')
    })
    expect(run.audiences).toEqual(['sts.example'])
    expect(Object.fromEntries(server.asked[0]?.form ?? [])).toMatchObject({
      Action: 'AssumeRoleWithWebIdentity',
      RoleArn: ROLE,
      RoleSessionName: 'bake-web',
      DurationSeconds: '900',
      WebIdentityToken: 'token-1'
    })
  })

  test('is kept out of the log', async () => {
    grant(['2031-01-01T00:00:00Z'])
    await open().get()
    expect(run.masked).toEqual(['secret-of-SESSION1', 'token-of-SESSION1'])
  })

  test('serves until five minutes before its end', async () => {
    grant([IN_AN_HOUR(), IN_AN_HOUR()])
    const credentials = open()
    const keyAfter = async (minutes: number) => {
      clock.hear(new Date(Date.now() + minutes * 60_000).toUTCString())
      return (await credentials.get()).accessKeyId
    }
    expect(await keyAfter(0)).toBe('SESSION1')
    expect(await keyAfter(54)).toBe('SESSION1')
    expect(await keyAfter(56)).toBe('SESSION2')
    expect(run.audiences).toHaveLength(2)
  })

  test('serves until its end by EC2’s clock, however wrong the runner’s is', async () => {
    const date = 'Wed, 01 Jan 2020 12:00:00 GMT'
    grant(['2020-01-01T13:00:00Z'], date)
    const credentials = open()
    expect((await credentials.get()).accessKeyId).toBe('SESSION1')
    expect((await credentials.get()).accessKeyId).toBe('SESSION1')
    expect(server.asked).toHaveLength(1)
  })

  test('is asked for once, however many calls wait for it', async () => {
    grant([IN_AN_HOUR()])
    const credentials = open()
    const keys = await Promise.all(Array.from({ length: 20 }, () => credentials.get()))
    expect(new Set(keys.map(key => key.accessKeyId))).toEqual(new Set(['SESSION1']))
    expect({ requests: server.asked.length, tokens: run.audiences.length }).toEqual({ requests: 1, tokens: 1 })
  })

  test('is renewed on demand, once for all who ask', async () => {
    grant([IN_AN_HOUR(), IN_AN_HOUR()])
    const credentials = open()
    await credentials.get()
    await Promise.all([credentials.renew(), credentials.renew(), credentials.renew()])
    expect((await credentials.get()).accessKeyId).toBe('SESSION2')
    expect(server.asked).toHaveLength(2)
  })

  test('is asked for anew after a failure', async () => {
    server.answer = (_, count) => (count === 1 ? stsFailure('AccessDenied') : session('SESSION2', IN_AN_HOUR()))
    const credentials = open()
    await expect(credentials.get()).rejects.toThrow()
    expect((await credentials.get()).accessKeyId).toBe('SESSION2')
  })
})

describe('a role that cannot be assumed', () => {
  const POLICY =
    "The role's trust policy must allow sts:AssumeRoleWithWebIdentity for this repository: check its conditions on token.actions.githubusercontent.com:sub and :aud."
  const PROVIDER =
    "Expected an OIDC provider token.actions.githubusercontent.com in the role's account with the audience sts.amazonaws.com; the input audience must be one that the provider lists."

  test.each([
    ['AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', POLICY],
    ['InvalidIdentityToken', 'No OpenIDConnect provider found in your account', PROVIDER],
    [
      'ExpiredTokenException',
      'Token expired',
      `GitHub's token had expired when STS read it; run the job again, and check the runner's clock.`
    ],
    ['ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration', undefined]
  ])('%s', async (code, reason, hint) => {
    server.answer = () => stsFailure(code, reason)
    const error = await open()
      .get()
      .catch((thrown: AmiError) => thrown)
    expect(error).toBeInstanceOf(AmiError)
    expect({ ...error, message: (error as AmiError).message }).toEqual({
      name: 'AmiError',
      code: 'CREDENTIALS',
      message: `The role ${ROLE} could not be assumed: ${reason}`,
      ...(hint && { hint })
    })
  })

  test('an answer without credentials', async () => {
    server.answer = () => ({ status: 200, body: '<AssumeRoleWithWebIdentityResponse/>' })
    await expect(open().get()).rejects.toMatchObject({
      code: 'CREDENTIALS',
      message: 'STS answered without credentials'
    })
  })

  test('no token from GitHub', async () => {
    const credentials = open()
    const failure = new AmiError('OIDC', 'Expected permissions: id-token: write')
    jest.spyOn(run, 'idToken').mockRejectedValue(failure)
    await expect(credentials.get()).rejects.toBe(failure)
    expect(server.asked).toEqual([])
  })
})
