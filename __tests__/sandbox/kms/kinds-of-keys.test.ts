import {
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DescribeKeyCommand,
  EnableKeyCommand,
  type KeyMetadata,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ReplicateKeyCommand,
  TagResourceCommand,
  UntagResourceCommand
} from '@aws-sdk/client-kms'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { seeder } from '../../../src/sandbox/seed/seeder.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { advance, type Clients, clientsFor, serve, served, useClients } from '../../support/sandbox.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const here = useClients(sandbox)
let there: Clients
beforeEach(() => {
  there = clientsFor(sandbox.url, here.account, 'eu-west-1')
})

async function create(request: CreateKeyCommandInput): Promise<KeyMetadata> {
  const { KeyMetadata: key } = await here.kms.send(new CreateKeyCommand(request))
  if (!key) throw new Error('no key')
  return key
}

const describeKey = async ({ kms }: Clients, KeyId: string | undefined): Promise<KeyMetadata | undefined> =>
  (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata

const replicate = (KeyId: string | undefined, change = {}) =>
  here.kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1', ...change }))

// https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
describe('a key may be', () => {
  test.each([
    [{ KeySpec: 'RSA_2048' }, { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }],
    [{ KeySpec: 'RSA_4096', KeyUsage: 'ENCRYPT_DECRYPT' }, { KeyUsage: 'ENCRYPT_DECRYPT' }],
    [{ KeySpec: 'HMAC_256' }, { KeyUsage: 'GENERATE_VERIFY_MAC' }],
    [{ Origin: 'EXTERNAL' }, { Origin: 'EXTERNAL', KeyState: 'PendingImport', Enabled: false }]
  ] as [CreateKeyCommandInput, object][])('%j', async (request, expected) => {
    const { KeyId } = await create(request)
    expect(await describeKey(here, KeyId)).toMatchObject(expected)
  })

  test('waiting for its material: it cannot be enabled then', async () => {
    const { KeyId } = await create({ Origin: 'EXTERNAL' })
    const enabled = here.kms.send(new EnableKeyCommand({ KeyId }))
    await expect(enabled).rejects.toMatchObject({ name: 'KMSInvalidStateException' })
  })

  test.each([{ KeySpec: 'SM2' }, { Origin: 'AWS_CLOUDHSM' }] as CreateKeyCommandInput[])('not %j', async request => {
    await expect(create(request)).rejects.toMatchObject({ name: 'UnsupportedOperationException' })
  })
})

// https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
describe('a multi-region key', () => {
  test('has the same id in each region, and its own state there', async () => {
    const { KeyId, Arn } = await create({ MultiRegion: true })
    expect(KeyId).toMatch(/^mrk-[0-9a-f]{32}$/)
    const { ReplicaKeyMetadata: replica } = await replicate(KeyId, { Description: 'for Ireland' })
    expect(replica).toMatchObject({ KeyId, KeyState: 'Creating', Description: 'for Ireland' })
    await advance(sandbox, 60)
    const MultiRegionConfiguration = {
      PrimaryKey: { Arn, Region: 'us-east-1' },
      ReplicaKeys: [{ Arn: replica?.Arn, Region: 'eu-west-1' }]
    }
    expect(await describeKey(there, KeyId)).toMatchObject({
      KeyState: 'Enabled',
      MultiRegionConfiguration: { ...MultiRegionConfiguration, MultiRegionKeyType: 'REPLICA' }
    })
    expect(await describeKey(here, KeyId)).toMatchObject({
      MultiRegionConfiguration: { ...MultiRegionConfiguration, MultiRegionKeyType: 'PRIMARY' }
    })
  })

  test.each([
    ['a region twice', { ReplicaRegion: 'us-east-1' }, 'AlreadyExistsException'],
    ['an unknown region', { ReplicaRegion: 'eu-west-9' }, 'ValidationException'],
    ['a policy that is none', { Policy: '{}' }, 'MalformedPolicyDocumentException']
  ])('is not replicated to %s', async (_, change, name) => {
    const { KeyId } = await create({ MultiRegion: true })
    await expect(replicate(KeyId, change)).rejects.toMatchObject({ name })
  })

  test('is the only one to be replicated, and its replicas are not', async () => {
    const { KeyId: single } = await create({})
    await expect(replicate(single)).rejects.toMatchObject({ name: 'UnsupportedOperationException' })
    const { KeyId } = await create({ MultiRegion: true })
    await replicate(KeyId)
    const again = there.kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'us-west-2' }))
    await expect(again).rejects.toMatchObject({ name: 'UnsupportedOperationException' })
  })
})

// https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html
test('the tags of a key are set, listed and taken away by its own account only', async () => {
  const { KeyId, Arn = '' } = await create({ Tags: [{ TagKey: 'a', TagValue: '1' }] })
  await here.kms.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: 'b', TagValue: '2' }] }))
  await here.kms.send(new UntagResourceCommand({ KeyId, TagKeys: ['a'] }))
  const { Tags } = await here.kms.send(new ListResourceTagsCommand({ KeyId }))
  expect(Tags).toEqual([{ TagKey: 'b', TagValue: '2' }])
  const partner = clientsFor(sandbox.url)
  const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'kms:*' }]
  await here.kms.send(new PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify({ Statement }) }))
  const foreign = partner.kms.send(new ListResourceTagsCommand({ KeyId: Arn }))
  await expect(foreign).rejects.toMatchObject({ name: 'AccessDeniedException' })
})
