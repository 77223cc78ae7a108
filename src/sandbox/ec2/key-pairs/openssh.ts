import { createHash, createPublicKey, type KeyObject } from 'node:crypto'

/** Keys as OpenSSH writes them: fields of a length and so many bytes. */

const field = (bytes: Uint8Array | string): Buffer => {
  const body = Buffer.from(bytes)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  return Buffer.concat([length, body])
}

/** An unsigned number, which a leading zero keeps from being read as a negative one. */
const number = (base64url: string): Buffer => {
  const bytes = Buffer.from(base64url, 'base64url')
  return field((bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]))
}

/** The public key as the middle part of an `authorized_keys` line, not yet in base64. */
export function publicBlob(key: KeyObject): Buffer {
  const { kty, n = '', e = '', x = '' } = key.export({ format: 'jwk' })
  if (kty === 'RSA') return Buffer.concat([field('ssh-rsa'), number(e), number(n)])
  return Buffer.concat([field('ssh-ed25519'), field(Buffer.from(x, 'base64url'))])
}

/**
 * An ED25519 private key in OpenSSH's own format, which is the one that EC2 hands these out in.
 *
 * @see https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
export function privateEd25519(key: KeyObject, comment: string): string {
  const { d = '', x = '' } = key.export({ format: 'jwk' })
  const [seed, point] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')]
  const check = createHash('sha256').update(point).digest().subarray(0, 4)
  const secret = [check, check, field('ssh-ed25519'), field(point), field(Buffer.concat([seed, point])), field(comment)]
  const unpadded = Buffer.concat(secret)
  const padding = Buffer.from(Array.from({ length: -unpadded.length & 7 }, (_, i) => i + 1))
  const blob = publicBlob(createPublicKey(key))
  const one = Buffer.of(0, 0, 0, 1)
  const head = [Buffer.from('openssh-key-v1\0'), field('none'), field('none'), field(''), one, field(blob)]
  const body = Buffer.concat([...head, field(Buffer.concat([unpadded, padding]))]).toString('base64')
  const lines = body.match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}

/** Reads the line of a public key; undefined where it is none of RSA or ED25519. */
export function readPublicKey(line: string): KeyObject | undefined {
  const [, type, base64 = ''] = /^(ssh-rsa|ssh-ed25519) ([A-Za-z0-9+/]+=*)(?: .*)?$/.exec(line.trim()) ?? []
  const [name, ...parts] = fieldsOf(Buffer.from(base64, 'base64'))
  if (!type || name?.toString() !== type) return undefined
  const [first = '', second = ''] = parts.map(part => part.toString('base64url'))
  const jwk = type === 'ssh-rsa' ? { kty: 'RSA', e: first, n: second } : { kty: 'OKP', crv: 'Ed25519', x: first }
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return undefined
  }
}

function fieldsOf(blob: Buffer): Buffer[] {
  const fields: Buffer[] = []
  for (let at = 0; at + 4 <= blob.length; ) {
    const end = at + 4 + blob.readUInt32BE(at)
    fields.push(blob.subarray(at + 4, end))
    at = end
  }
  return fields
}
