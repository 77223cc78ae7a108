import { createHash, type KeyObject } from 'node:crypto'
import { publicBlob } from './openssh.ts'

const colons = (hash: string, der: Uint8Array): string =>
  (createHash(hash).update(der).digest('hex').match(/../g) ?? []).join(':')

const sha256 = (publicKey: KeyObject): string => createHash('sha256').update(publicBlob(publicKey)).digest('base64')

/**
 * The fingerprint of a key that EC2 made: of an RSA key the SHA-1 digest of its private half, of an ED25519 key the
 * SHA-256 digest of its public half.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-keys.html
 */
export const createdFingerprint = (publicKey: KeyObject, privateKey: KeyObject): string =>
  publicKey.asymmetricKeyType === 'rsa'
    ? colons('sha1', privateKey.export({ type: 'pkcs8', format: 'der' }))
    : sha256(publicKey)

/** The fingerprint of a key that was imported: of an RSA key the MD5 digest of its public half. */
export const importedFingerprint = (publicKey: KeyObject): string =>
  publicKey.asymmetricKeyType === 'rsa'
    ? colons('md5', publicKey.export({ type: 'spki', format: 'der' }))
    : sha256(publicKey)
