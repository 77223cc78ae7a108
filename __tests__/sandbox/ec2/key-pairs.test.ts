import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import {
  CreateKeyPairCommand,
  type CreateKeyPairRequest,
  DeleteKeyPairCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  type DescribeKeyPairsRequest,
  ImportKeyPairCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { changeAccount, serve, served, useClients } from '../../support/sandbox.ts'
import { seeder } from './fixture.ts'
import { launch, launched } from './make.ts'

const guests = new HandGuests()
const sandbox = await served(serve({ guests, seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)

const create = (change: Partial<CreateKeyPairRequest> = {}) =>
  clients.ec2.send(new CreateKeyPairCommand({ KeyName: 'mine', ...change }))
const describeAll = async (request: DescribeKeyPairsRequest = {}) =>
  (await clients.ec2.send(new DescribeKeyPairsCommand(request))).KeyPairs ?? []
const fields = (line = '') => Buffer.from(line.split(' ')[1] ?? '', 'base64')

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateKeyPair.html
describe('CreateKeyPair', () => {
  test('makes an RSA key of 2048 bits, whose public half EC2 keeps', async () => {
    const { KeyMaterial = '', KeyPairId, KeyFingerprint } = await create()
    expect(KeyMaterial).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/)
    const key = createPrivateKey(KeyMaterial)
    expect(key.asymmetricKeyDetails?.modulusLength).toBe(2048)
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-keys.html
    const sha1 = createHash('sha1')
      .update(key.export({ type: 'pkcs8', format: 'der' }))
      .digest('hex')
    expect(KeyFingerprint?.replaceAll(':', '')).toBe(sha1)
    const [kept] = await describeAll({ IncludePublicKey: true })
    expect(kept).toMatchObject({ KeyPairId, KeyName: 'mine', KeyType: 'rsa', KeyFingerprint })
    const n = Buffer.from(createPublicKey(key).export({ format: 'jwk' }).n ?? '', 'base64url')
    expect(fields(kept?.PublicKey).subarray(-n.length)).toEqual(n)
  })

  test('makes an ED25519 key in OpenSSH’s format', async () => {
    const { KeyMaterial = '', KeyFingerprint } = await create({ KeyType: 'ed25519' })
    const lines = KeyMaterial.trim().split('\n')
    expect([lines.at(0), lines.at(-1)]).toEqual([
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      '-----END OPENSSH PRIVATE KEY-----'
    ])
    const [kept] = await describeAll({ IncludePublicKey: true })
    const blob = fields(kept?.PublicKey)
    const body = Buffer.from(lines.slice(1, -1).join(''), 'base64')
    expect(body.subarray(0, 15).toString()).toBe('openssh-key-v1\0')
    expect(body.includes(blob)).toBe(true)
    expect(createHash('sha256').update(blob).digest('base64')).toBe(KeyFingerprint)
  })

  test('is refused for a name that is taken, and makes nothing in a dry run', async () => {
    await expect(create({ DryRun: true })).rejects.toMatchObject({ name: 'DryRunOperation' })
    await create()
    const message = "The keypair 'mine' already exists."
    await expect(create()).rejects.toMatchObject({ name: 'InvalidKeyPair.Duplicate', message })
    changeAccount(sandbox, clients)
    expect(await describeAll()).toEqual([])
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportKeyPair.html
describe('ImportKeyPair', () => {
  const load = (text: string) =>
    clients.ec2.send(new ImportKeyPairCommand({ KeyName: 'theirs', PublicKeyMaterial: Buffer.from(text) }))

  test.each(['rsa', 'ed25519'] as const)('keeps an %s key as it is given', async KeyType => {
    await create({ KeyType })
    const [{ PublicKey = '' } = {}] = await describeAll({ IncludePublicKey: true })
    await load(PublicKey)
    const [theirs] = await describeAll({ KeyNames: ['theirs'], IncludePublicKey: true })
    expect([theirs?.KeyType, fields(theirs?.PublicKey)]).toEqual([KeyType, fields(PublicKey)])
    const form = KeyType === 'rsa' ? /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/ : /^[A-Za-z0-9+/]{43}=$/
    expect(theirs?.KeyFingerprint).toMatch(form)
  })

  test.each(['no key', 'ssh-rsa AAAA', `ssh-ed25519 ${Buffer.from('short').toString('base64')}`])(
    'refuses %s',
    async text => {
      await expect(load(text)).rejects.toMatchObject({ name: 'InvalidKey.Format' })
    }
  )
})

describe('key pairs', () => {
  test('are found by name, id, filter and tag', async () => {
    const Tags = [{ Key: 'of', Value: 'us' }]
    const { KeyPairId = '' } = await create({ TagSpecifications: [{ ResourceType: 'key-pair', Tags }] })
    await create({ KeyName: 'other', KeyType: 'ed25519' })
    for (const request of [
      { KeyNames: ['mine'] },
      { KeyPairIds: [KeyPairId] },
      { Filters: [{ Name: 'key-name', Values: ['mi*'] }] },
      { Filters: [{ Name: 'tag:of', Values: ['us'] }] }
    ]) {
      expect(await describeAll(request)).toMatchObject([{ KeyPairId, Tags }])
    }
    await expect(describeAll({ KeyNames: ['none'] })).rejects.toMatchObject({ name: 'InvalidKeyPair.NotFound' })
  })

  test('can be deleted by name or id, also when they are gone', async () => {
    const { KeyPairId } = await create()
    const remove = (request: { KeyName?: string; KeyPairId?: string | undefined }) =>
      clients.ec2.send(new DeleteKeyPairCommand(request))
    expect(await remove({ KeyName: 'mine' })).toMatchObject({ Return: true, KeyPairId })
    expect(await remove({ KeyPairId })).toMatchObject({ Return: true })
    expect(await describeAll()).toEqual([])
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/describe-keys.html
  test('reach the instance: its metadata has the public key', async () => {
    await create({ KeyType: 'ed25519' })
    const id = await launched(sandbox, clients, 'running', { KeyName: 'mine' })
    const [{ PublicKey } = {}] = await describeAll({ IncludePublicKey: true })
    expect(guests.of(id).request.metadata).toMatchObject({
      'meta-data/public-keys': '0=mine',
      'meta-data/public-keys/0/openssh-key': PublicKey
    })
    const Filters = [{ Name: 'key-name', Values: ['mine'] }]
    const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ Filters }))
    expect(Reservations?.[0]?.Instances).toMatchObject([{ InstanceId: id, KeyName: 'mine' }])
  })

  test('are refused at a launch where they do not exist', async () => {
    const refusal = { name: 'InvalidKeyPair.NotFound', message: "The key pair 'none' does not exist" }
    await expect(launch(clients, { KeyName: 'none' })).rejects.toMatchObject(refusal)
  })
})
