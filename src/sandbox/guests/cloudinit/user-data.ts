import { gunzipSync } from 'node:zlib'
import { isMime, type Part, parseMime } from './mime.ts'

/** User data as cloud-init sorts it: scripts, cloud-configs in their order, and the types it does not run here. */
interface UserData {
  readonly scripts: readonly { readonly name: string; readonly content: Buffer }[]
  readonly configs: readonly string[]
  readonly ignored: readonly string[]
}

const SCRIPT = 'text/x-shellscript'
const CONFIG = 'text/cloud-config'
const UNKNOWN = 'text/x-not-multipart'

/**
 * Sorts user data into what runs.
 *
 * @see https://docs.cloud-init.io/en/latest/explanation/format/index.html
 */
export function parseUserData(bytes: Uint8Array): UserData {
  const content = unzip(Buffer.from(bytes))
  const parts = isMime(content) ? parseMime(content) : content.length > 0 ? [{ type: UNKNOWN, content }] : []
  const named = parts.map((part, index) => ({
    type: typeOf(part),
    name: part.filename?.replaceAll('/', '_') ?? `part-${String(index + 1).padStart(3, '0')}`,
    content: unzip(part.content)
  }))
  return {
    scripts: named.filter(part => part.type === SCRIPT),
    configs: named.filter(part => part.type === CONFIG).map(part => String(part.content)),
    ignored: named.filter(part => part.type !== SCRIPT && part.type !== CONFIG).map(part => part.type)
  }
}

function unzip(bytes: Buffer): Buffer {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
}

/** cloud-init believes a part's header, unless it says no more than that this is text. */
function typeOf({ type, content }: Part): string {
  if (type !== 'text/plain' && type !== UNKNOWN) return type
  const start = unzip(content).subarray(0, 64).toString('latin1')
  if (start.startsWith('#!')) return SCRIPT
  return start.startsWith('#cloud-config') && !start.startsWith('#cloud-config-') ? CONFIG : type
}
