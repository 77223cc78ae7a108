/** A part of user data: `filename` only where its header gives one. */
export interface Part {
  readonly type: string
  readonly filename?: string
  readonly content: Buffer
}

interface Entity {
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** Tells whether bytes begin as a MIME message does. */
export function isMime(bytes: Buffer): boolean {
  return /^(mime-version|content-type):/i.test(bytes.subarray(0, 16).toString('latin1'))
}

/** Splits a MIME message into its parts, those of nested multiparts included, in their order. */
export function parseMime(bytes: Buffer): Part[] {
  const { headers, body } = split(bytes)
  const contentType = headers.get('content-type') ?? 'text/plain'
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase()
  if (type.startsWith('multipart/')) return splitBody(body, parameter(contentType, 'boundary') ?? '').flatMap(parseMime)
  const filename = parameter(headers.get('content-disposition') ?? '', 'filename') ?? parameter(contentType, 'name')
  const content = decode(body, headers.get('content-transfer-encoding') ?? '')
  return [{ type, content, ...(filename !== undefined && { filename }) }]
}

function split(bytes: Buffer): Entity {
  // Latin 1 keeps bytes as they are, one a character.
  const text = bytes.toString('latin1')
  const end = /^\r?\n|\r?\n\r?\n/.exec(text)
  const head = end ? text.slice(0, end.index) : text
  const unfolded = head.replace(/\r?\n[ \t]+/g, ' ')
  const headers = new Map(
    unfolded.split(/\r?\n/).map(line => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
    })
  )
  return { headers, body: end ? bytes.subarray(end.index + end[0].length) : Buffer.alloc(0) }
}

function splitBody(body: Buffer, boundary: string): Buffer[] {
  const text = body.toString('latin1')
  const escaped = boundary.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const pieces = text.split(new RegExp(`(?:^|\\r?\\n)--${escaped}(--)?[ \\t]*(?=\\r?\\n|$)`))
  // What is before the first delimiter and after the last is not a part; a delimiter captures its closing dashes.
  const closed = pieces.findIndex((piece, index) => index % 2 === 1 && piece === '--')
  const inside = pieces.slice(1, closed === -1 ? undefined : closed)
  return inside.filter((_, index) => index % 2 === 1).map(piece => Buffer.from(piece.replace(/^\r?\n/, ''), 'latin1'))
}

function parameter(header: string, name: string): string | undefined {
  const [, quoted, plain] = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(header) ?? []
  return quoted ?? plain
}

function decode(body: Buffer, encoding: string): Buffer {
  if (encoding.toLowerCase() === 'base64') return Buffer.from(body.toString('latin1'), 'base64')
  if (encoding.toLowerCase() !== 'quoted-printable') return body
  const text = body.toString('latin1').replace(/=\r?\n/g, '')
  return Buffer.from(
    text.replace(/=([\dA-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1'
  )
}
