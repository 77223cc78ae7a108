import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { serve, served, useClients } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'
import { ask } from '../server/control-client.ts'
import { outcomeOf } from './fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)

const GITHUB = 'token.actions.githubusercontent.com'
const roleArn = (name: string) => `arn:aws:iam::${clients.account}:role/${name}`

async function trust(name: string, statement: object): Promise<void> {
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] }
  const { status, value } = await ask(sandbox, 'POST', 'policies', { principal: roleArn(name), trust: document })
  if (status !== 200) throw new Error(JSON.stringify(value))
}

function tokenOf(sub: string): string {
  const claims = { iss: `https://${GITHUB}`, aud: 'sts.amazonaws.com', exp: Math.floor(Date.now() / 1000) + 600, sub }
  return [{ alg: 'RS256' }, claims].map(each => Buffer.from(JSON.stringify(each)).toString('base64url')).join('.')
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
describe('AssumeRoleWithWebIdentity', () => {
  test.each([
    ['repo:org/images:environment:ami-sunset', 'ok'],
    ['repo:org/images:ref:refs/heads/main', 'AccessDenied'],
    ['repo:org/images:environment:other', 'AccessDenied']
  ])('a token of %s, for a role of an environment: %s', async (sub, outcome) => {
    await trust('sunset', {
      Principal: { Federated: `arn:aws:iam::${clients.account}:oidc-provider/${GITHUB}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${GITHUB}:sub`]: 'repo:org/images:environment:ami-sunset' } }
    })
    const WebIdentityToken = `${tokenOf(sub)}.c2lnbmVk`
    const request = { RoleArn: roleArn('sunset'), RoleSessionName: 'job', WebIdentityToken }
    expect(await outcomeOf(clients.sts.send(new AssumeRoleWithWebIdentityCommand(request)))).toBe(outcome)
  })
})

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
describe('AssumeRole', () => {
  const assume = (name: string, ExternalId?: string) =>
    outcomeOf(
      clients.sts.send(
        new AssumeRoleCommand({ RoleArn: roleArn(name), RoleSessionName: 'job', ...(ExternalId && { ExternalId }) })
      )
    )

  test('a principal of the trusted account, with the external id', async () => {
    await trust('member', {
      Principal: { AWS: `arn:aws:iam::${clients.account}:root` },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': 'ours' } }
    })
    expect(await assume('member', 'ours')).toBe('ok')
    expect(await assume('member', 'theirs')).toBe('sts:AssumeRole on *')
    expect(await assume('member')).toBe('sts:AssumeRole on *')
  })

  test('nobody of another account', async () => {
    await trust('foreign', { Principal: { AWS: 'arn:aws:iam::111122223333:role/ami' }, Action: 'sts:AssumeRole' })
    expect(await assume('foreign')).toBe('sts:AssumeRole on *')
  })

  test('a role without a trust policy is anybody’s', async () => {
    expect(await assume('open')).toBe('ok')
  })
})

test.each([
  [{}, 'a trust without Statement'],
  [{ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole' }] }, 'a trust without AWS or Federated'],
  [{ Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 7 }] }, 'Action that is no text']
])('refuses %j', async (document, message) => {
  const entry = { principal: roleArn('bad'), trust: document }
  const { status, value } = await ask(sandbox, 'POST', 'policies', entry)
  expect({ status, value }).toEqual({ status: 400, value: { error: expect.stringContaining(message) } })
})
