import {
  CreateGrantCommand,
  type CreateGrantCommandInput,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  ListGrantsCommand,
  PutKeyPolicyCommand,
  RetireGrantCommand,
  RevokeGrantCommand
} from '@aws-sdk/client-kms'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { seeder } from '../../../src/sandbox/seed/seeder.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { type Clients, serve, served, useClients } from '../../support/sandbox.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const owner = useClients(sandbox)
const partner = useClients(sandbox)
let KeyId: string
beforeEach(async () => {
  KeyId = (await owner.kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? ''
})

const roleOf = ({ account }: Clients) => `arn:aws:iam::${account}:role/copy`

const grant = (change: Partial<CreateGrantCommandInput> = {}) =>
  owner.kms.send(
    new CreateGrantCommand({ KeyId, GranteePrincipal: roleOf(partner), Operations: ['DescribeKey'], ...change })
  )

const described = async ({ kms }: Clients) => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.Arn

// https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
describe('a grant', () => {
  test('lets another account do its operations until it is revoked', async () => {
    await expect(described(partner)).rejects.toMatchObject({ name: 'AccessDeniedException' })
    const { GrantId } = await grant()
    expect(await described(partner)).toBe(KeyId)
    await owner.kms.send(new RevokeGrantCommand({ KeyId, GrantId }))
    await expect(described(partner)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  test('lets it do nothing else', async () => {
    await grant({ Operations: ['Decrypt'] })
    await expect(described(partner)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  // https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
  test('is refused for a service, and so is a list of those: they are not modelled', async () => {
    const GranteeServicePrincipal = 'ec2.amazonaws.com'
    const refused = { name: 'UnsupportedOperation' }
    await expect(grant({ GranteePrincipal: undefined, GranteeServicePrincipal })).rejects.toMatchObject(refused)
    await expect(owner.kms.send(new ListGrantsCommand({ KeyId, GranteeServicePrincipal }))).rejects.toMatchObject(
      refused
    )
  })

  test('does not help where the key policy denies it', async () => {
    await grant()
    const about = (Effect: string, { account }: Clients) => ({
      Effect,
      Principal: { AWS: account },
      Action: 'kms:*',
      Resource: '*'
    })
    const Policy = JSON.stringify({ Statement: [about('Allow', owner), about('Deny', partner)] })
    await owner.kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))
    await expect(described(partner)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  test('is listed by key, id and grantee', async () => {
    const { GrantId } = await grant({ Name: 'copy', Constraints: { EncryptionContextSubset: { a: 'b' } } })
    await grant({ GranteePrincipal: roleOf(owner) })
    const listed = async (change = {}) => (await owner.kms.send(new ListGrantsCommand({ KeyId, ...change }))).Grants
    expect(await listed()).toHaveLength(2)
    const [one, ...others] = (await listed({ GrantId })) ?? []
    expect(others).toEqual([])
    expect(one).toMatchObject({
      KeyId,
      GrantId,
      Name: 'copy',
      GranteePrincipal: roleOf(partner),
      IssuingAccount: `arn:aws:iam::${owner.account}:root`,
      Operations: ['DescribeKey'],
      Constraints: { EncryptionContextSubset: { a: 'b' } }
    })
    expect(await listed({ GranteePrincipal: roleOf(owner) })).toMatchObject([{ GranteePrincipal: roleOf(owner) }])
  })

  // https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html (Name)
  test('is made once by retries with the same name, and anew by each without', async () => {
    const [first, again, other] = [await grant({ Name: 'a' }), await grant({ Name: 'a' }), await grant({ Name: 'b' })]
    expect(again.GrantId).toBe(first.GrantId)
    expect(other.GrantId).not.toBe(first.GrantId)
    expect((await grant()).GrantId).not.toBe((await grant()).GrantId)
  })
})

// https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html
describe('a grant is retired', () => {
  const retire = ({ kms }: Clients, request: { GrantToken?: string; GrantId?: string; KeyId?: string }) =>
    kms.send(new RetireGrantCommand(request))

  test('by the account of its key, with its token', async () => {
    const { GrantToken = '' } = await grant()
    await retire(owner, { GrantToken })
    await expect(described(partner)).rejects.toMatchObject({ name: 'AccessDeniedException' })
    await expect(retire(owner, { GrantToken })).rejects.toMatchObject({ name: 'InvalidGrantTokenException' })
  })

  test('by the retiring principal, with key and id', async () => {
    const { GrantId = '' } = await grant({ RetiringPrincipal: roleOf(partner) })
    await retire(partner, { KeyId, GrantId })
    await expect(described(partner)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  test('by the grantee only where the grant says so', async () => {
    const { GrantToken: first = '' } = await grant()
    await expect(retire(partner, { GrantToken: first })).rejects.toMatchObject({ name: 'AccessDeniedException' })
    const { GrantToken: second = '' } = await grant({ Operations: ['DescribeKey', 'RetireGrant'] })
    await retire(partner, { GrantToken: second })
  })
})

describe('CreateGrant refuses', () => {
  test.each([
    ['no grantee', { GranteePrincipal: undefined }, 'ValidationException'],
    ['a grantee that is no principal', { GranteePrincipal: 'arn:aws:s3:::bucket' }, 'InvalidArnException'],
    ['no operations', { Operations: [] }, 'ValidationException'],
    ['an alias', { KeyId: 'alias/aws/ebs' }, 'NotFoundException'],
    ['an unknown key', { KeyId: '11111111-2222-4333-8444-555555555555' }, 'NotFoundException'],
    ['a dry run', { DryRun: true }, 'DryRunOperationException']
  ])('%s', async (_, change, name) => {
    await expect(grant(change)).rejects.toMatchObject({ name })
    expect((await owner.kms.send(new ListGrantsCommand({ KeyId }))).Grants).toEqual([])
  })

  test('a key that is disabled', async () => {
    await owner.kms.send(new DisableKeyCommand({ KeyId }))
    await expect(grant()).rejects.toMatchObject({ name: 'DisabledException' })
  })

  test('a key that AWS manages', async () => {
    const { KeyMetadata } = await owner.kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/ebs' }))
    await expect(grant({ KeyId: KeyMetadata?.Arn })).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  test("another account's key", async () => {
    const request = { KeyId, GranteePrincipal: roleOf(partner), Operations: ['Decrypt' as const] }
    const made = partner.kms.send(new CreateGrantCommand(request))
    await expect(made).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })
})

test('a grant that is not there is neither revoked nor retired', async () => {
  const revoked = owner.kms.send(new RevokeGrantCommand({ KeyId, GrantId: 'f00d' }))
  await expect(revoked).rejects.toMatchObject({ name: 'NotFoundException' })
  const retired = owner.kms.send(new RetireGrantCommand({ KeyId, GrantId: 'f00d' }))
  await expect(retired).rejects.toMatchObject({ name: 'NotFoundException' })
})
