import { JsonCodec2 } from '@aws-sdk/core/protocols'
import { NormalizedSchema } from '@smithy/core/schema'
import { ServiceError } from '../errors.ts'
import { isBase64 } from './base64.ts'
import { membersOf, type SchemaRef } from './schema.ts'

const EPOCH_SECONDS = 7
const codec = new JsonCodec2({ timestampFormat: { useTrait: true, default: EPOCH_SECONDS }, jsonName: false })

/** Deeper than any request of SSM or KMS, shallow enough that none can exhaust the stack. */
const MAX_DEPTH = 40

/** The last moment that a Date can hold, in seconds since 1970. */
const MAX_EPOCH_SECONDS = 8.64e12

/**
 * Reads the body of an AWS JSON 1.1 request (SSM, KMS). Unknown members are ignored, as the services do.
 * Errors: SerializationException, and ValidationException for a required member that is missing.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export async function readJson(schema: SchemaRef, body: string): Promise<Record<string, unknown>> {
  const value = parse(body || '{}')
  checkStructure(NormalizedSchema.of(schema), value, '')
  return (await codec.createDeserializer().read(NormalizedSchema.of(schema), body || '{}')) as Record<string, unknown>
}

export function writeJson(schema: SchemaRef, value: unknown): string {
  const serializer = codec.createSerializer()
  serializer.write(NormalizedSchema.of(schema), value)
  const bytes: unknown = serializer.flush()
  return bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : '{}'
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new ServiceError('SerializationException', 'The body is not JSON')
  }
}

function check(schema: NormalizedSchema, value: unknown, path: string): void {
  if (path.split('.').length > MAX_DEPTH)
    throw new ServiceError('SerializationException', 'The body is nested too deep')
  if (schema.isStructSchema()) checkStructure(schema, value, path)
  else if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrongType(path, 'a list')
    value.forEach((item, i) => {
      check(schema.getValueSchema(), item, `${path}.${i + 1}.member`)
    })
  } else if (schema.isMapSchema()) {
    for (const [key, item] of Object.entries(expectObject(value, path)))
      check(schema.getValueSchema(), item, `${path}.${key}`)
  } else checkScalar(schema, value, path)
}

function checkStructure(schema: NormalizedSchema, value: unknown, path: string): void {
  const given = expectObject(value, path)
  for (const [name, member, required] of membersOf(schema)) {
    const field = given[name]
    const at = path ? `${path}.${name}` : name
    if (required && (field === undefined || field === null)) {
      const why = `Value null at '${at.charAt(0).toLowerCase()}${at.slice(1)}' failed to satisfy constraint: Member must not be null`
      throw new ServiceError('ValidationException', `1 validation error detected: ${why}`)
    }
    if (field !== undefined && field !== null) check(member, field, at)
  }
}

function checkScalar(schema: NormalizedSchema, value: unknown, path: string): void {
  if (schema.isTimestampSchema()) {
    if (typeof value !== 'number' || Math.abs(value) > MAX_EPOCH_SECONDS) throw wrongType(path, 'seconds since 1970')
  } else if (schema.isBlobSchema()) {
    if (typeof value !== 'string' || !isBase64(value)) throw wrongType(path, 'base64')
  } else {
    const wanted = schema.isBooleanSchema() ? 'boolean' : schema.isNumericSchema() ? 'number' : 'string'
    const isInfinite = typeof value === 'number' && !Number.isFinite(value)
    if (typeof value !== wanted || isInfinite) throw wrongType(path, `a ${wanted}`)
  }
}

function expectObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw wrongType(path, 'an object')
}

function wrongType(path: string, wanted: string): ServiceError {
  return new ServiceError('SerializationException', `${path || 'The body'} must be ${wanted}`)
}
