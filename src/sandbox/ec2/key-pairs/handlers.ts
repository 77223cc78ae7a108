import type {
  CreateKeyPairRequest,
  DeleteKeyPairRequest,
  DeleteKeyPairResult,
  DescribeKeyPairsRequest,
  DescribeKeyPairsResult,
  ImportKeyPairRequest,
  ImportKeyPairResult,
  KeyPair
} from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { compileFilters } from '../../world/filters.ts'
import { stopDryRun } from '../dryrun.ts'
import { checkOneOf } from '../instances/launch-options.ts'
import { select } from '../lookup.ts'
import { tagSet, tagsFor } from '../tags.ts'
import { importedFingerprint } from './fingerprint.ts'
import { checkNew, findKeyPair, keepKeyPair, makeKey, noKeyPair } from './make-key-pair.ts'
import { readPublicKey } from './openssh.ts'
import type { KeyPairRecord } from './record.ts'

const MAX_NAME = 255

/**
 * Makes an RSA or ED25519 key and answers its private half, which is kept nowhere.
 *
 * @lacks the ppk format
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateKeyPair.html
 */
const createKeyPair: Handler<CreateKeyPairRequest, KeyPair> = async (input, call) => {
  const { KeyName: name, KeyType: type = 'rsa' } = input
  checkName(name)
  checkOneOf('KeyType', type, ['rsa', 'ed25519'])
  checkOneOf('KeyFormat', input.KeyFormat, ['pem', 'ppk'])
  if (input.KeyFormat === 'ppk') throw new ServiceError('UnsupportedOperation', 'The sandbox writes keys as PEM only')
  checkNew(name, call)
  const tags = tagsFor('key-pair', input.TagSpecifications, ['key-pair'])
  stopDryRun(input)
  const key = await makeKey(type, name)
  const { KeyPairId, KeyName, KeyFingerprint } = keepKeyPair(name, key, tags, call).keyPair
  return { KeyPairId, KeyName, KeyFingerprint, KeyMaterial: key.material, Tags: tagsOf(KeyPairId, call) }
}

/**
 * Keeps a public key that somebody else made.
 *
 * @lacks keys that are not in OpenSSH's format (DER, RFC 4716)
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportKeyPair.html
 */
const importKeyPair: Handler<ImportKeyPairRequest, ImportKeyPairResult> = (input, call) => {
  const { KeyName: name, PublicKeyMaterial: material } = input
  checkName(name)
  if (!material) throw missingParameter('PublicKeyMaterial')
  const publicKey = readPublicKey(Buffer.from(material).toString())
  if (!publicKey) {
    throw new ServiceError('InvalidKey.Format', 'Key is not in valid OpenSSH public key format')
  }
  checkNew(name, call)
  const tags = tagsFor('key-pair', input.TagSpecifications, ['key-pair'])
  stopDryRun(input)
  const key = { publicKey, fingerprint: importedFingerprint(publicKey) }
  const { KeyPairId, KeyName, KeyFingerprint } = keepKeyPair(name, key, tags, call).keyPair
  return { KeyPairId, KeyName, KeyFingerprint, Tags: tagsOf(KeyPairId, call) }
}

/**
 * Lists key pairs, with their public keys where asked for.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeKeyPairs.html
 */
const describeKeyPairs: Handler<DescribeKeyPairsRequest, DescribeKeyPairsResult> = (input, call) => {
  const passes = compileFilters<KeyPairRecord>(input.Filters, {
    'key-pair-id': ({ keyPair }) => keyPair.KeyPairId,
    fingerprint: ({ keyPair }) => keyPair.KeyFingerprint,
    'key-name': ({ keyPair }) => keyPair.KeyName
  })
  const names = input.KeyNames ?? []
  const missing = names.find(name => !findKeyPair(name, call))
  if (missing !== undefined) throw noKeyPair(missing)
  const isOwn = ({ ownerId }: KeyPairRecord) => ownerId === call.account
  const found = select('keyPair', input.KeyPairIds, call.region.keyPairs, isOwn)
    .filter(({ keyPair }) => names.length === 0 || names.includes(keyPair.KeyName))
    .filter(passes)
  stopDryRun(input)
  const shown = ({ keyPair: { PublicKey, ...rest } }: KeyPairRecord) => ({
    ...rest,
    ...(input.IncludePublicKey && { PublicKey }),
    Tags: tagsOf(rest.KeyPairId, call) ?? []
  })
  return { KeyPairs: found.map(shown) }
}

/**
 * Deletes a key pair, by name or id; one that is not there is none to complain of.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteKeyPair.html
 */
const deleteKeyPair: Handler<DeleteKeyPairRequest, DeleteKeyPairResult> = (input, call) => {
  const { KeyName: name, KeyPairId: id } = input
  if (!name && !id) throw missingParameter('KeyName or KeyPairId')
  const byId = call.region.keyPairs.get(id ?? '')
  const record = byId?.ownerId === call.account ? byId : findKeyPair(name ?? '', call)
  stopDryRun(input)
  if (!record) return { Return: true }
  call.region.keyPairs.delete(record.keyPair.KeyPairId)
  return { Return: true, KeyPairId: record.keyPair.KeyPairId }
}

function checkName(name: string | undefined): asserts name is string {
  if (!name) throw missingParameter('KeyName')
  if (name.length <= MAX_NAME) return
  throw new ServiceError('InvalidParameterValue', `Key pair names take up to ${MAX_NAME} characters`)
}

function tagsOf(id: string, { region, account }: Call) {
  const record = region.keyPairs.get(id)
  return record && tagSet(record, account)
}

export const keyPairHandlers = {
  CreateKeyPair: createKeyPair,
  ImportKeyPair: importKeyPair,
  DescribeKeyPairs: describeKeyPairs,
  DeleteKeyPair: deleteKeyPair
} satisfies Handlers
