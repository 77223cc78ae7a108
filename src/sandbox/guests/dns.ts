const TYPE_A = 1
const HEADER_BYTES = 12

/** The name that a DNS query asks for, and its record type. Result: nothing for what is not one plain question. */
function parseQuery(query: Buffer): { name: string; type: number; end: number } | undefined {
  if (query.length < HEADER_BYTES || query.readUInt16BE(4) !== 1) return undefined
  const labels: string[] = []
  let offset = HEADER_BYTES
  for (let length = query[offset]; length; length = query[offset]) {
    if (length > 63) return undefined
    labels.push(query.toString('latin1', offset + 1, offset + 1 + length))
    offset += 1 + length
  }
  const end = offset + 5
  if (end > query.length) return undefined
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(offset + 1), end }
}

/** The answer to a query for an address: with `address` for an A record, else empty. Unknown queries: not implemented. */
export function answerQuery(query: Buffer, addressOf: (name: string) => Buffer): Buffer | undefined {
  if (query.length < HEADER_BYTES) return undefined
  const question = parseQuery(query)
  const record = question?.type === TYPE_A ? aRecord(addressOf(question.name)) : Buffer.alloc(0)
  const answer = Buffer.concat([query.subarray(0, question?.end ?? HEADER_BYTES), record])
  answer.writeUInt16BE(question ? 0x8180 : 0x8184, 2)
  answer.writeUInt16BE(question ? 1 : 0, 4)
  answer.writeUInt16BE(record.length > 0 ? 1 : 0, 6)
  answer.writeUInt32BE(0, 8)
  return answer
}

/** A record for the name at offset 12 of the message, good for a minute. */
function aRecord(address: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 4]), address])
}
