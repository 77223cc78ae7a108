import { NormalizedSchema } from '@smithy/core/schema'
import type { SchemaRef } from './schema.ts'

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Characters that XML 1.0 cannot carry, lone surrogates included, are dropped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const UNSAFE = /[&<>"]|[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu

/** Text as XML holds it, between tags and in attributes. */
export const escapeXml = (text: string): string => text.replace(UNSAFE, found => ENTITIES[found] ?? '')

/** Writes an output value as the XML that the SDK's schema describes; what is undefined is left out. */
export function writeXml(schema: SchemaRef, value: unknown): string {
  return write(NormalizedSchema.of(schema), value)
}

function write(schema: NormalizedSchema, value: unknown): string {
  if (schema.isStructSchema()) return writeStructure(schema, value as Record<string, unknown>)
  if (schema.isListSchema()) {
    const item = schema.getValueSchema()
    return writeItems(item, String(item.getMergedTraits().xmlName ?? 'member'), value as unknown[])
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Date) return value.toISOString()
  return escapeXml(String(value))
}

function writeStructure(schema: NormalizedSchema, value: Record<string, unknown>): string {
  let xml = ''
  for (const [name, member] of schema.structIterator()) {
    const field = value[name]
    if (field === undefined || field === null) continue
    const traits = member.getMergedTraits()
    const tag = String(traits.xmlName ?? name)
    const flat = Boolean(traits.xmlFlattened) && member.isListSchema()
    xml += flat
      ? writeItems(member.getValueSchema(), tag, field as unknown[])
      : `<${tag}>${write(member, field)}</${tag}>`
  }
  return xml
}

function writeItems(schema: NormalizedSchema, tag: string, items: unknown[]): string {
  return items.map(item => `<${tag}>${write(schema, item)}</${tag}>`).join('')
}
