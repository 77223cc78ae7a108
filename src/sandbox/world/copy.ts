/** A deep copy of plain data, as records are made of. */
export function copyPlain<T>(value: T): T
export function copyPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(item => copyPlain(item))
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, copyPlain(item)]))
  if (value instanceof Set) return new Set(value)
  if (value instanceof Date) return new Date(value)
  if (value instanceof Uint8Array) return value.slice()
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyPlain(item)]))
}
