import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  GetKeyPolicyCommand,
  type KeyMetadata,
  type KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand
} from '@aws-sdk/client-kms'
import { describe, expect, test } from '@jest/globals'
import { seeder } from '../../../src/sandbox/seed/seeder.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { advance, clientsFor, newAccount, serve, served } from '../../support/sandbox.ts'

const UNKNOWN = '11111111-2222-4333-8444-555555555555'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

async function createKey(kms: KMSClient): Promise<KeyMetadata & { KeyId: string; Arn: string }> {
  const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({ Description: 'root volumes' }))
  if (!key?.KeyId || !key.Arn) throw new Error('no key')
  return { ...key, KeyId: key.KeyId, Arn: key.Arn }
}

const describeKey = async (kms: KMSClient, KeyId: string): Promise<KeyMetadata | undefined> =>
  (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata

describe('a key', () => {
  test('is an enabled symmetric key of its account and region', async () => {
    const { kms, account } = clientsFor(sandbox.url)
    const key = await createKey(kms)
    expect(key).toMatchObject({
      Arn: `arn:aws:kms:us-east-1:${account}:key/${key.KeyId}`,
      AWSAccountId: account,
      Description: 'root volumes',
      Enabled: true,
      KeyState: 'Enabled',
      KeyManager: 'CUSTOMER',
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyUsage: 'ENCRYPT_DECRYPT'
    })
  })

  // https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
  test.each([
    ['its id', (key: KeyMetadata) => key.KeyId],
    ['its ARN', (key: KeyMetadata) => key.Arn],
    ['an alias', () => 'alias/root'],
    ['the ARN of an alias', (key: KeyMetadata) => `arn:aws:kms:us-east-1:${key.AWSAccountId}:alias/root`]
  ])('is found by %s', async (_, nameOf) => {
    const { kms } = clientsFor(sandbox.url)
    const key = await createKey(kms)
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/root', TargetKeyId: key.KeyId }))
    expect(await describeKey(kms, nameOf(key) ?? '')).toEqual(await describeKey(kms, key.KeyId))
  })

  test('of another region is not found, by id or by ARN', async () => {
    const { kms, account } = clientsFor(sandbox.url)
    const elsewhere = clientsFor(sandbox.url, account, 'eu-west-1')
    const { KeyId, Arn } = await createKey(kms)
    await expect(describeKey(elsewhere.kms, KeyId)).rejects.toMatchObject({
      name: 'NotFoundException',
      message: `Key 'arn:aws:kms:eu-west-1:${account}:key/${KeyId}' does not exist`
    })
    await expect(describeKey(elsewhere.kms, Arn)).rejects.toMatchObject({
      name: 'NotFoundException',
      message: 'Invalid arn us-east-1'
    })
  })

  test.each([
    ['an id that no key has', UNKNOWN, 'NotFoundException', `key/${UNKNOWN}' does not exist`],
    ['an alias that leads nowhere', 'alias/none', 'NotFoundException', 'alias/none is not found.'],
    ['what is no id', 'root', 'NotFoundException', "Invalid keyId 'root'"],
    ['what is no ARN of KMS', 'arn:aws:iam::111122223333:role/x', 'InvalidArnException', 'Invalid arn']
  ])('is not found by %s', async (_, id, name, sentence) => {
    const { kms } = clientsFor(sandbox.url)
    await expect(describeKey(kms, id)).rejects.toMatchObject({ name, message: expect.stringContaining(sentence) })
  })

  test('can be disabled and enabled', async () => {
    const { kms } = clientsFor(sandbox.url)
    const { KeyId } = await createKey(kms)
    await kms.send(new DisableKeyCommand({ KeyId }))
    expect(await describeKey(kms, KeyId)).toMatchObject({ KeyState: 'Disabled', Enabled: false })
    await kms.send(new EnableKeyCommand({ KeyId }))
    expect(await describeKey(kms, KeyId)).toMatchObject({ KeyState: 'Enabled', Enabled: true })
  })

  test('that AWS manages can be used and not changed', async () => {
    const { kms } = clientsFor(sandbox.url)
    const key = await describeKey(kms, 'alias/aws/ebs')
    expect(key).toMatchObject({ KeyManager: 'AWS', KeyState: 'Enabled' })
    const change = kms.send(new DisableKeyCommand({ KeyId: key?.KeyId }))
    await expect(change).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  test('is listed for its account only, page by page', async () => {
    const { kms } = clientsFor(sandbox.url)
    const { KeyId } = await createKey(kms)
    const first = await kms.send(new ListKeysCommand({ Limit: 1 }))
    expect(first.Truncated).toBe(true)
    const second = await kms.send(new ListKeysCommand({ Limit: 1, Marker: first.NextMarker }))
    expect(second.Truncated).toBe(false)
    expect([first.Keys, second.Keys].flat().map(key => key?.KeyId)).toContain(KeyId)
  })
})

describe('a key that is scheduled for deletion', () => {
  test('is of no use, and gone with its aliases once the waiting period has passed', async () => {
    const clocked = await serve({ guests: new HandGuests(), seeder })
    try {
      const { kms } = clientsFor(clocked.url)
      const { KeyId, Arn } = await createKey(kms)
      await kms.send(new CreateAliasCommand({ AliasName: 'alias/old', TargetKeyId: KeyId }))
      await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
      expect(await describeKey(kms, KeyId)).toMatchObject({ KeyState: 'PendingDeletion', Enabled: false })
      await expect(kms.send(new EnableKeyCommand({ KeyId }))).rejects.toMatchObject({
        name: 'KMSInvalidStateException',
        message: `${Arn} is pending deletion.`
      })
      await advance(clocked, 7 * 86_400)
      await expect(describeKey(kms, KeyId)).rejects.toMatchObject({ name: 'NotFoundException' })
      await expect(describeKey(kms, 'alias/old')).rejects.toMatchObject({ name: 'NotFoundException' })
    } finally {
      await clocked.stop()
    }
  })

  test('can be taken back, and is disabled then', async () => {
    const { kms } = clientsFor(sandbox.url)
    const { KeyId } = await createKey(kms)
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId }))
    await kms.send(new CancelKeyDeletionCommand({ KeyId }))
    expect(await describeKey(kms, KeyId)).toMatchObject({ KeyState: 'Disabled' })
  })

  test('is not deleted in less than seven days', async () => {
    const { kms } = clientsFor(sandbox.url)
    const { KeyId } = await createKey(kms)
    const soon = new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 6 })
    await expect(kms.send(soon)).rejects.toMatchObject({ name: 'ValidationException' })
  })
})

describe('an alias', () => {
  test('is listed with the key that it leads to', async () => {
    const { kms, account } = clientsFor(sandbox.url)
    const { KeyId } = await createKey(kms)
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/data', TargetKeyId: KeyId }))
    const { Aliases } = await kms.send(new ListAliasesCommand({ KeyId }))
    const AliasArn = `arn:aws:kms:us-east-1:${account}:alias/data`
    expect(Aliases).toMatchObject([{ AliasName: 'alias/data', AliasArn, TargetKeyId: KeyId }])
    const all = await kms.send(new ListAliasesCommand({}))
    expect(all.Aliases?.map(({ AliasName }) => AliasName)).toEqual(['alias/aws/ebs', 'alias/data'])
  })

  test('can be led to another key, and be taken away', async () => {
    const { kms } = clientsFor(sandbox.url)
    const [first, second] = [await createKey(kms), await createKey(kms)]
    const AliasName = 'alias/root'
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: first.KeyId }))
    await kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: second.Arn }))
    expect(await describeKey(kms, AliasName)).toMatchObject({ KeyId: second.KeyId })
    await kms.send(new DeleteAliasCommand({ AliasName }))
    await expect(describeKey(kms, AliasName)).rejects.toMatchObject({ name: 'NotFoundException' })
    const again = kms.send(new DeleteAliasCommand({ AliasName }))
    await expect(again).rejects.toMatchObject({ name: 'NotFoundException' })
  })

  test('leads to a key of its own account that AWS does not manage', async () => {
    const { kms } = clientsFor(sandbox.url)
    const { KeyId } = (await describeKey(kms, 'alias/aws/ebs')) ?? {}
    const named = kms.send(new CreateAliasCommand({ AliasName: 'alias/mine', TargetKeyId: KeyId }))
    await expect(named).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  test.each([
    ['a name that is taken', 'alias/taken', 'AlreadyExistsException'],
    ['a name without the prefix', 'root', 'ValidationException'],
    ['a name of AWS', 'alias/aws/root', 'NotAuthorizedException'],
    ['a name with a space', 'alias/a b', 'InvalidAliasNameException']
  ])('refuses %s', async (_, AliasName, name) => {
    const { kms } = clientsFor(sandbox.url)
    const { KeyId: TargetKeyId } = await createKey(kms)
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/taken', TargetKeyId }))
    await expect(kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }))).rejects.toMatchObject({ name })
  })
})

describe('a key policy', () => {
  test('lets the whole account use the key, where none was given', async () => {
    const { kms, account } = clientsFor(sandbox.url)
    const { KeyId } = await createKey(kms)
    const { Policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId }))
    expect(JSON.parse(Policy).Statement).toMatchObject([{ Principal: { AWS: `arn:aws:iam::${account}:root` } }])
  })

  test('lets another account use the key, and none but that', async () => {
    const owner = clientsFor(sandbox.url)
    const partner = clientsFor(sandbox.url)
    const { KeyId, Arn } = await createKey(owner.kms)
    await expect(describeKey(partner.kms, Arn)).rejects.toMatchObject({ name: 'AccessDeniedException' })
    const allow = (account: string) => ({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'kms:*',
      Resource: '*'
    })
    const Policy = JSON.stringify({ Statement: [allow(owner.account), allow(partner.account)] })
    await owner.kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))
    expect(await describeKey(partner.kms, Arn)).toMatchObject({ KeyId, AWSAccountId: owner.account })
    await expect(describeKey(clientsFor(sandbox.url, newAccount()).kms, Arn)).rejects.toMatchObject({
      name: 'AccessDeniedException'
    })
  })

  // https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#prevent-unmanageable-key
  test('without a statement for its own account is put only where the caller is sure of it', async () => {
    const { kms } = clientsFor(sandbox.url)
    const { KeyId } = await createKey(kms)
    const Statement = [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${newAccount()}:root` }, Action: 'kms:*' }]
    const request = { KeyId, Policy: JSON.stringify({ Statement }) }
    await expect(kms.send(new PutKeyPolicyCommand(request))).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message: 'The new key policy will not allow you to update the key policy in the future.'
    })
    await kms.send(new PutKeyPolicyCommand({ ...request, BypassPolicyLockoutSafetyCheck: true }))
    await expect(describeKey(kms, KeyId)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  test('of the AWS-managed key lets its own account use it through EC2, and nobody change it', async () => {
    const { kms, account } = clientsFor(sandbox.url)
    const { KeyId } = (await describeKey(kms, 'alias/aws/ebs')) ?? {}
    const { Policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId }))
    const StringEquals = { 'kms:CallerAccount': account, 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' }
    expect(JSON.parse(Policy).Statement[0]).toMatchObject({ Condition: { StringEquals } })
    const change = kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))
    await expect(change).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  test('has statements', async () => {
    const { kms } = clientsFor(sandbox.url)
    const { KeyId } = await createKey(kms)
    await expect(kms.send(new PutKeyPolicyCommand({ KeyId, Policy: '{}' }))).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException'
    })
  })
})
