import type { NormalizedSchema } from '@smithy/core/schema'

/** A schema as the SDK's clients export it; only NormalizedSchema looks inside. */
export type SchemaRef = Parameters<typeof NormalizedSchema.of>[0]

/** The position of the number of required members in a structure's tuple; NormalizedSchema does not expose it. */
const REQUIRED_COUNT = 6

/** The members of a structure in order, each with whether the service requires it. */
export function* membersOf(
  schema: NormalizedSchema
): Generator<[name: string, member: NormalizedSchema, required: boolean]> {
  const tuple: unknown = schema.getSchema()
  const count = Array.isArray(tuple) ? Number(tuple[REQUIRED_COUNT] ?? 0) : 0
  let position = 0
  for (const [name, member] of schema.structIterator()) yield [name, member, position++ < count]
}
