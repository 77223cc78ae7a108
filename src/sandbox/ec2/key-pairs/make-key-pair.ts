import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { KeyType } from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import { newId } from '../../world/ids.ts'
import { createdFingerprint } from './fingerprint.ts'
import { privateEd25519, publicBlob } from './openssh.ts'
import type { KeyPairRecord } from './record.ts'

const generate = promisify(generateKeyPair)
const RSA_BITS = 2048

export interface NewKey {
  readonly publicKey: KeyObject
  readonly fingerprint: string
  /** What the caller gets, once. */
  readonly material: string
}

/** Makes a key as EC2 does: RSA of 2048 bits in PEM, or ED25519 in OpenSSH's format. */
export async function makeKey(type: KeyType, name: string): Promise<NewKey> {
  const { publicKey, privateKey } =
    type === 'rsa' ? await generate('rsa', { modulusLength: RSA_BITS }) : await generate('ed25519')
  const material =
    type === 'rsa' ? privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() : privateEd25519(privateKey, name)
  return { publicKey, fingerprint: createdFingerprint(publicKey, privateKey), material }
}

/** Keeps the public half of a key pair. Errors: InvalidKeyPair.Duplicate. */
export function keepKeyPair(
  KeyName: string,
  { publicKey, fingerprint }: Omit<NewKey, 'material'>,
  tags: ReadonlyMap<string, string>,
  call: Call
): KeyPairRecord {
  checkNew(KeyName, call)
  const KeyPairId = newId('key')
  const type = publicKey.asymmetricKeyType === 'rsa' ? 'rsa' : 'ed25519'
  const record: KeyPairRecord = {
    ownerId: call.account,
    tags: new Map(tags),
    keyPair: {
      KeyPairId,
      KeyName,
      KeyType: type,
      KeyFingerprint: fingerprint,
      PublicKey: `ssh-${type} ${publicBlob(publicKey).toString('base64')} ${KeyName}\n`,
      CreateTime: call.now
    }
  }
  call.region.keyPairs.set(KeyPairId, record)
  return record
}

/** The account's key pair of this name. */
export const findKeyPair = (name: string, { region, account }: Call): KeyPairRecord | undefined =>
  [...region.keyPairs.values()].find(({ ownerId, keyPair }) => ownerId === account && keyPair.KeyName === name)

/** Refuses a name that the account has used. Errors: InvalidKeyPair.Duplicate. */
export function checkNew(name: string, call: Call): void {
  if (!findKeyPair(name, call)) return
  throw new ServiceError('InvalidKeyPair.Duplicate', `The keypair '${name}' already exists.`)
}

export const noKeyPair = (name: string): ServiceError =>
  new ServiceError('InvalidKeyPair.NotFound', `The key pair '${name.slice(0, 255)}' does not exist`)
