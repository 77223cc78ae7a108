import { STSClient } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { hearClock } from '../../src/aws/calls.ts'
import { Ec2Clock } from '../../src/aws/clock.ts'
import { MemberCredentials, memberRole } from '../../src/aws/member-credentials.ts'
import type { Inputs } from '../../src/run.ts'
import { KeptRun } from './kept-run.ts'
import { Loopback, session, stsFailure } from './loopback.ts'

const ACCOUNT = '444455556666'

let server: Loopback
beforeEach(async () => {
  server = new Loopback()
  await server.start()
})
afterEach(() => server.stop())

function open(inputs: Partial<Inputs> = {}): { run: KeptRun; credentials: MemberCredentials } {
  const clock = new Ec2Clock()
  const run = new KeptRun({ accountRole: 'ami-{account}', ...inputs })
  const sts = new STSClient({
    region: 'us-east-1',
    endpoint: server.url,
    maxAttempts: 1,
    credentials: { accessKeyId: 'parent', secretAccessKey: 'secret' }
  })
  sts.middlewareStack.use(hearClock(clock))
  return { run, credentials: new MemberCredentials(run, clock, sts, ACCOUNT) }
}

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
describe('a session in a member account', () => {
  test('is of the role there, for an hour, with the external id', async () => {
    server.answer = () => session('MEMBER', '2031-01-01T00:00:00Z', undefined, 'AssumeRole')
    const { run, credentials } = open({ externalId: 'ours', roleSessionName: 'bake-web' })
    expect(await credentials.get()).toMatchObject({ accessKeyId: 'MEMBER' })
    expect(Object.fromEntries(server.asked[0]?.form ?? [])).toMatchObject({
      Action: 'AssumeRole',
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/ami-${ACCOUNT}`,
      RoleSessionName: 'bake-web',
      ExternalId: 'ours',
      DurationSeconds: '3600'
    })
    expect(run.masked).toContain('secret-of-MEMBER')
  })

  test('is renewed before it ends', async () => {
    const ends = ['2026-06-01T01:00:00Z', '2026-06-01T02:00:00Z']
    server.answer = (_, count) =>
      session(`SESSION${count}`, ends[count - 1] ?? '', 'Mon, 01 Jun 2026 00:56:00 GMT', 'AssumeRole')
    const { credentials } = open()
    expect((await credentials.get()).accessKeyId).toBe('SESSION1')
    expect((await credentials.get()).accessKeyId).toBe('SESSION2')
  })

  test('that is refused says what the role must be like', async () => {
    server.answer = () => stsFailure('AccessDenied', 'not authorized to perform: sts:AssumeRole')
    await expect(open().credentials.get()).rejects.toMatchObject({
      code: 'CREDENTIALS',
      message: expect.stringMatching(/The role arn:aws:iam::444455556666:role\/ami-444455556666 could not be assumed/),
      hint: expect.stringContaining('trust policy')
    })
  })
})

test.each([
  ['ami', 'us-east-1', 'arn:aws:iam::444455556666:role/ami'],
  ['path/ami-{account}', 'cn-north-1', 'arn:aws-cn:iam::444455556666:role/path/ami-444455556666'],
  ['ami', 'us-gov-west-1', 'arn:aws-us-gov:iam::444455556666:role/ami']
])('the role %s in %s is %s', (name, region, arn) => {
  expect(memberRole(name, ACCOUNT, region)).toBe(arn)
})
