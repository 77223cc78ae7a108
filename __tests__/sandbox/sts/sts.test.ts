import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  GetCallerIdentityCommand,
  STSClient
} from '@aws-sdk/client-sts'
import { describe, expect, test } from '@jest/globals'
import { seeder } from '../../../src/sandbox/seed/seeder.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { clientsFor, newAccount, serve, served } from '../../support/sandbox.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const nowSeconds = () => Math.floor(sandbox.world.clock.now().getTime() / 1000)
const role = (account: string, name = 'ami-builder') => `arn:aws:iam::${account}:role/${name}`

/** The client of who holds these keys. */
function clientOf({ AccessKeyId = '', SecretAccessKey = '', SessionToken = '' }: Partial<Credentials> = {}): STSClient {
  return new STSClient({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    maxAttempts: 1
  })
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token as GitHub makes them, but for its signature. */
function token(claims: Record<string, unknown> = {}, alg = 'RS256'): string {
  const all = {
    iss: 'https://token.actions.githubusercontent.com',
    aud: 'sts.amazonaws.com',
    sub: 'repo:octo-org/octo-repo:ref:refs/heads/main',
    exp: nowSeconds() + 300,
    ...claims
  }
  return `${encode({ alg, typ: 'JWT' })}.${encode(all)}.c2lnbmF0dXJl`
}

/** AssumeRoleWithWebIdentity is the one call that needs no credentials. */
const unsigned = () => new STSClient({ endpoint: sandbox.url, region: 'us-east-1', maxAttempts: 1 })
const withWebIdentity = (WebIdentityToken: string, change: { RoleArn?: string; DurationSeconds?: number } = {}) =>
  unsigned().send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: role(newAccount()),
      RoleSessionName: 'GitHubActions',
      WebIdentityToken,
      ...change
    })
  )

test('GetCallerIdentity: an access key id of twelve digits is that account', async () => {
  const { sts, account } = clientsFor(sandbox.url)
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: account,
    Arn: `arn:aws:iam::${account}:user/sandbox`
  })
})

describe('AssumeRole', () => {
  test('hands out keys that belong to the account of the role until they expire', async () => {
    const target = newAccount()
    const { sts } = clientsFor(sandbox.url)
    const assumed = await sts.send(
      new AssumeRoleCommand({ RoleArn: role(target), RoleSessionName: 'a-session', DurationSeconds: 900 })
    )
    expect(assumed.Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
    expect(Number(assumed.Credentials?.Expiration) / 1000 - nowSeconds()).toBeGreaterThan(895)
    expect(Number(assumed.Credentials?.Expiration) / 1000 - nowSeconds()).toBeLessThanOrEqual(900)
    const identity = await clientOf(assumed.Credentials).send(new GetCallerIdentityCommand({}))
    expect(identity).toMatchObject({
      Account: target,
      Arn: `arn:aws:sts::${target}:assumed-role/ami-builder/a-session`,
      UserId: assumed.AssumedRoleUser?.AssumedRoleId
    })
  })

  test('a role with a path is known by its name', async () => {
    const { sts, account } = clientsFor(sandbox.url)
    const RoleArn = role(account, 'ci/images/ami-builder')
    const { AssumedRoleUser } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'ci' }))
    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${account}:assumed-role/ami-builder/ci`)
  })

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
  test('a session that was itself assumed gets an hour at the most', async () => {
    const RoleArn = role(newAccount())
    const request = (DurationSeconds: number) =>
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'chained', DurationSeconds })
    const { Credentials } = await clientsFor(sandbox.url).sts.send(request(43_200))
    await expect(clientOf(Credentials).send(request(3601))).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.'
    })
    await expect(clientOf(Credentials).send(request(3600))).resolves.toBeDefined()
  })

  test.each([
    ['a session shorter than 15 minutes', { DurationSeconds: 899 }, 'greater than or equal to 900'],
    ['a session longer than 12 hours', { DurationSeconds: 43_201 }, 'less than or equal to 43200'],
    ['what is not the ARN of a role', { RoleArn: 'arn:aws:iam::111122223333:user/me' }, 'user/me is invalid'],
    ['a session name with a space', { RoleSessionName: 'a b' }, "'a b' at 'roleSessionName'"]
  ])('refuses %s', async (_, change, sentence) => {
    const request = { RoleArn: role(newAccount()), RoleSessionName: 'session', ...change }
    await expect(clientsFor(sandbox.url).sts.send(new AssumeRoleCommand(request))).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining(sentence)
    })
  })

  test.each([{ Policy: '{}' }, { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] }])(
    'refuses %j: it would narrow the session',
    async change => {
      const request = { RoleArn: role(newAccount()), RoleSessionName: 'session', ...change }
      await expect(clientsFor(sandbox.url).sts.send(new AssumeRoleCommand(request))).rejects.toMatchObject({
        name: 'UnsupportedOperation'
      })
    }
  )

  test('a role whose name says `denied` trusts nobody', async () => {
    const { sts, account } = clientsFor(sandbox.url)
    const RoleArn = role(newAccount(), 'denied-to-all')
    await expect(sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${account}:user/sandbox is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`
    })
  })
})

describe('AssumeRoleWithWebIdentity', () => {
  test('takes GitHub’s token in exchange for keys of the role', async () => {
    const account = newAccount()
    const answer = await withWebIdentity(token(), { RoleArn: role(account), DurationSeconds: 1800 })
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: 'repo:octo-org/octo-repo:ref:refs/heads/main',
      Audience: 'sts.amazonaws.com',
      Provider: 'https://token.actions.githubusercontent.com'
    })
    expect(Number(answer.Credentials?.Expiration) / 1000 - nowSeconds()).toBeGreaterThan(1795)
    const identity = await clientOf(answer.Credentials).send(new GetCallerIdentityCommand({}))
    expect(identity.Arn).toBe(`arn:aws:sts::${account}:assumed-role/ami-builder/GitHubActions`)
  })

  test('takes a token of several audiences if AWS is one of them', async () => {
    await expect(withWebIdentity(token({ aud: ['https://example.com', 'sts.amazonaws.com'] }))).resolves.toBeDefined()
  })

  const invalid = 'InvalidIdentityTokenException'
  const noJwt = 'The ID Token provided is not a valid JWT'
  test.each([
    ['another audience', () => token({ aud: 'https://example.com' }), invalid, 'Incorrect token audience'],
    ['no audience', () => token({ aud: undefined }), invalid, 'Missing a required claim: aud'],
    ['no subject', () => token({ sub: '' }), invalid, 'Missing a required claim: sub'],
    ['no expiry', () => token({ exp: undefined }), invalid, 'Missing a required claim: exp'],
    [
      'another issuer',
      () => token({ iss: 'https://gitlab.com' }),
      invalid,
      'No OpenIDConnect provider found in your account for https://gitlab.com'
    ],
    ['no signature', () => token().replace(/[^.]+$/, ''), invalid, noJwt],
    ['the algorithm `none`', () => token({}, 'none'), invalid, noJwt],
    ['only two parts', () => 'aaaa.bbbb', invalid, noJwt],
    ['claims that are no JSON', () => `${encode({ alg: 'RS256' })}.bm90.c2ln`, invalid, noJwt],
    [
      'an expiry that has passed',
      () => token({ exp: nowSeconds() }),
      'ExpiredTokenException',
      'must be before the expiration date/time'
    ]
  ])('refuses a token with %s', async (_, makeToken, name, sentence) => {
    await expect(withWebIdentity(makeToken())).rejects.toMatchObject({
      name,
      message: expect.stringContaining(sentence)
    })
  })

  test('a role whose name says `denied` does not trust the repository', async () => {
    await expect(withWebIdentity(token(), { RoleArn: role(newAccount(), 'denied') })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity'
    })
  })
})

describe('the clock of the sandbox', () => {
  test('ends tokens and sessions', async () => {
    const clocked = await serve({ guests: new HandGuests(), seeder })
    try {
      const { sts, account } = clientsFor(clocked.url)
      const request = new AssumeRoleCommand({
        RoleArn: role(account),
        RoleSessionName: 'session',
        DurationSeconds: 900
      })
      const { Credentials } = await sts.send(request)
      clocked.world.clock.advance(900_000)
      const identity = new STSClient({
        endpoint: clocked.url,
        region: 'us-east-1',
        credentials: {
          accessKeyId: Credentials?.AccessKeyId ?? '',
          secretAccessKey: Credentials?.SecretAccessKey ?? ''
        },
        maxAttempts: 1
      }).send(new GetCallerIdentityCommand({}))
      await expect(identity).rejects.toThrow('expired')
    } finally {
      await clocked.stop()
    }
  })
})
