import { NormalizedSchema } from '@smithy/core/schema'
import { invalidValue, missingParameter, ServiceError } from '../errors.ts'
import { isBase64 } from './base64.ts'
import { membersOf, type SchemaRef } from './schema.ts'
import type { Node } from './tree.ts'

/** EC2 capitalises member names and flattens every list; the query protocol of STS does neither. */
type QueryDialect = 'ec2' | 'query'

/**
 * Reads a query-protocol request into the operation's input. What EC2 would refuse is refused here: an unknown
 * parameter, a missing one, a value of the wrong type.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html
 */
export function readQuery(schema: SchemaRef, root: Node, dialect: QueryDialect): Record<string, unknown> {
  return readStructure(NormalizedSchema.of(schema), root, '', dialect)
}

function readStructure(
  schema: NormalizedSchema,
  node: Node,
  path: string,
  dialect: QueryDialect
): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  const known = new Set<string>()
  for (const [name, member, required] of membersOf(schema)) {
    const key = wireName(member, name, dialect)
    known.add(key)
    const child = node.children.get(key)
    if (child) input[name] = readValue(member, child, join(path, key), dialect)
    else if (required) throw missingParameter(join(path, key))
  }
  refuseUnknown(node, known, path)
  return input
}

function refuseUnknown(node: Node, known: Set<string>, path: string): void {
  if (path && node.value) throw invalidValue(path, node.value, 'a structure')
  for (const key of node.children.keys()) {
    if (known.has(key)) continue
    throw new ServiceError('UnknownParameter', `The parameter ${join(path, key).slice(0, 200)} is not recognized`)
  }
}

function readValue(schema: NormalizedSchema, node: Node, path: string, dialect: QueryDialect): unknown {
  if (schema.isStructSchema()) return readStructure(schema, node, path, dialect)
  if (schema.isListSchema()) return readList(schema, node, path, dialect)
  const [below] = node.children.keys()
  if (below !== undefined) {
    throw new ServiceError('UnknownParameter', `The parameter ${join(path, below).slice(0, 200)} is not recognized`)
  }
  return readScalar(schema, node.value ?? '', path)
}

function readList(schema: NormalizedSchema, node: Node, path: string, dialect: QueryDialect): unknown[] {
  const member = schema.getValueSchema()
  const flat = dialect === 'ec2' || schema.getMergedTraits().xmlFlattened
  const name = flat ? undefined : String(member.getMergedTraits().xmlName ?? 'member')
  const items = name === undefined ? node : node.children.get(name)
  if (node.value) throw invalidValue(path, node.value, `a list: ${path}.1, ${path}.2 …`)
  if (!items) return []
  const indexes = [...items.children.keys()].sort((a, b) => Number(a) - Number(b))
  return indexes.map(index => readItem(member, items, index, path, dialect))
}

function readItem(member: NormalizedSchema, items: Node, index: string, path: string, dialect: QueryDialect): unknown {
  const item = items.children.get(index)
  if (!item || !/^[1-9]\d{0,5}$/.test(index)) {
    throw new ServiceError('UnknownParameter', `The parameter ${join(path, index).slice(0, 200)} is not recognized`)
  }
  return readValue(member, item, join(path, index), dialect)
}

function readScalar(schema: NormalizedSchema, text: string, path: string): unknown {
  if (schema.isBooleanSchema()) return readBoolean(text, path)
  if (schema.isNumericSchema()) return readNumber(text, path)
  if (schema.isTimestampSchema()) return readTimestamp(text, path)
  if (schema.isBlobSchema()) return readBlob(text, path)
  return text
}

function readBoolean(text: string, path: string): boolean {
  if (text !== 'true' && text !== 'false') throw invalidValue(path, text, 'true or false')
  return text === 'true'
}

function readNumber(text: string, path: string): number {
  const number = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isFinite(number)) throw invalidValue(path, text, 'a number')
  return number
}

function readTimestamp(text: string, path: string): Date {
  const time = new Date(/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : text)
  if (!/^\d/.test(text) || Number.isNaN(time.getTime())) {
    throw invalidValue(path, text, 'a time such as 2030-01-31T00:00:00Z')
  }
  return time
}

function readBlob(text: string, path: string): Uint8Array {
  if (!isBase64(text)) throw invalidValue(path, text, 'base64')
  return new Uint8Array(Buffer.from(text, 'base64'))
}

/** What a member is called in a request. */
export function wireName(member: NormalizedSchema, name: string, dialect: QueryDialect): string {
  const traits = member.getMergedTraits()
  if (dialect === 'query') return String(traits.xmlName ?? name)
  if (traits.ec2QueryName) return String(traits.ec2QueryName)
  const own = String(traits.xmlName ?? name)
  return own.charAt(0).toUpperCase() + own.slice(1)
}

const join = (path: string, key: string): string => (path ? `${path}.${key}` : key)
