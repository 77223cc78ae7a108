import { checkId, type IdKindName, notFound } from '../world/ids.ts'

/**
 * The resources of these ids, or all that are visible where no id is given. One bad id fails the whole request, as in
 * EC2. Errors: `…Malformed` and `…NotFound` of the kind.
 */
export function select<T>(
  kind: IdKindName,
  ids: readonly string[] | undefined,
  from: ReadonlyMap<string, T>,
  isVisible: (item: T) => boolean
): T[] {
  if (!ids?.length) return [...from.values()].filter(isVisible)
  for (const id of ids) checkId(kind, id)
  const found = ids.map(id => from.get(id)).filter(item => item !== undefined && isVisible(item)) as T[]
  const missing = ids.filter(id => !found.includes(from.get(id) as T))
  if (missing.length > 0) throw notFound(kind, missing)
  return found
}

/** The one resource of this id. Errors as `select`. */
export function find<T>(
  kind: IdKindName,
  id: string,
  from: ReadonlyMap<string, T>,
  isVisible: (item: T) => boolean
): T {
  checkId(kind, id)
  const item = from.get(id)
  if (item === undefined || !isVisible(item)) throw notFound(kind, [id])
  return item
}
