import { JsonCodec2 } from '@aws-sdk/core/protocols'
import { NormalizedSchema } from '@smithy/core/schema'
import { ServiceError } from '../errors.ts'
import { isPaddedBase64 } from './base64.ts'
import { membersOf, type SchemaRef } from './schema.ts'

const EPOCH_SECONDS = 7
const codec = new JsonCodec2({ timestampFormat: { useTrait: true, default: EPOCH_SECONDS }, jsonName: false })

type Path = readonly string[]

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
  checkStructure(NormalizedSchema.of(schema), value, [])
  return (await codec.createDeserializer().read(NormalizedSchema.of(schema), body || '{}')) as Record<string, unknown>
}

/** Writes an output value as the AWS JSON 1.1 that the SDK's schema describes; times are seconds since 1970. */
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

function check(schema: NormalizedSchema, value: unknown, path: Path): void {
  if (path.length > MAX_DEPTH) throw new ServiceError('SerializationException', 'The body is nested too deep')
  if (schema.isStructSchema()) checkStructure(schema, value, path)
  else if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrongType(path, 'a list')
    value.forEach((item, i) => {
      check(schema.getValueSchema(), item, [...path, `${i + 1}`, 'member'])
    })
  } else if (schema.isMapSchema()) {
    for (const [key, item] of Object.entries(expectObject(value, path)))
      check(schema.getValueSchema(), item, [...path, key])
  } else if (!fits(schema, value))
    throw wrongType(path, `a ${schema.isBlobSchema() ? 'base64 string' : kindOf(schema)}`)
}

function checkStructure(schema: NormalizedSchema, value: unknown, path: Path): void {
  const given = expectObject(value, path)
  for (const [name, member, required] of membersOf(schema)) {
    const field = given[name] ?? undefined
    if (field !== undefined) check(member, field, [...path, name])
    else if (required) throw missingMember([...path, name])
  }
}

function fits(schema: NormalizedSchema, value: unknown): boolean {
  if (schema.isTimestampSchema()) return typeof value === 'number' && Math.abs(value) <= MAX_EPOCH_SECONDS
  if (schema.isBlobSchema()) return typeof value === 'string' && isPaddedBase64(value)
  return typeof value === kindOf(schema) && (typeof value !== 'number' || Number.isFinite(value))
}

const kindOf = (schema: NormalizedSchema): 'boolean' | 'number' | 'string' => {
  if (schema.isBooleanSchema()) return 'boolean'
  return schema.isNumericSchema() || schema.isTimestampSchema() ? 'number' : 'string'
}

function expectObject(value: unknown, path: Path): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw wrongType(path, 'an object')
}

function wrongType(path: Path, wanted: string): ServiceError {
  return new ServiceError('SerializationException', `${nameOf(path) || 'The body'} must be ${wanted}`)
}

function missingMember(path: Path): ServiceError {
  const name = nameOf(path)
  const at = name.charAt(0).toLowerCase() + name.slice(1)
  const why = `Value null at '${at}' failed to satisfy constraint: Member must not be null`
  return new ServiceError('ValidationException', `1 validation error detected: ${why}`)
}

const nameOf = (path: Path): string => path.join('.').slice(0, 200)
