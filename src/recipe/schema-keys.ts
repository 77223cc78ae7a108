import type { Path } from './source.ts'

/** The keys that a schema knows at a path; none where any key will do. */
export function knownKeys(root: unknown, path: Path): string[] {
  let schema = root
  for (const key of path) schema = childOf(unwrap(schema), key)
  return Object.keys(shapeOf(unwrap(schema)))
}

interface Definition {
  readonly innerType?: unknown
  readonly shape?: Readonly<Record<string, unknown>>
  readonly element?: unknown
  readonly valueType?: unknown
}

const definitionOf = (schema: unknown): Definition =>
  (schema as { _zod?: { def?: Definition } } | undefined)?._zod?.def ?? {}

function unwrap(schema: unknown): unknown {
  const { innerType } = definitionOf(schema)
  return innerType === undefined ? schema : unwrap(innerType)
}

const shapeOf = (schema: unknown) => definitionOf(schema).shape ?? {}

function childOf(schema: unknown, key: PropertyKey): unknown {
  const { shape, element, valueType } = definitionOf(schema)
  return shape?.[String(key)] ?? element ?? valueType
}
