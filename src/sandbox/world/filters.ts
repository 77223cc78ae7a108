import type { Filter } from '@aws-sdk/client-ec2'
import { ServiceError } from '../errors.ts'
import { compileWildcards } from './wildcards.ts'

type Value = string | number | boolean | undefined
/** What a filter of this name compares: one value or several, of which one must match. */
export type FilterFields<T> = Record<string, (item: T) => Value | readonly Value[]>

/**
 * Whether an item passes all filters. Values are joined by or, filters by and; `*` and `?` are wildcards, a
 * backslash takes their meaning away; values are case-sensitive.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 */
export function compileFilters<T extends { tags: ReadonlyMap<string, string> }>(
  filters: readonly Filter[] | undefined,
  fields: FilterFields<T>
): (item: T) => boolean {
  const tests = (filters ?? []).map(filter => compileFilter(filter, fields))
  return item => tests.every(test => test(item))
}

function compileFilter<T extends { tags: ReadonlyMap<string, string> }>(
  { Name: name = '', Values: values = [] }: Filter,
  fields: FilterFields<T>
): (item: T) => boolean {
  const field = fieldOf(name, fields)
  if (!field) throw new ServiceError('InvalidParameterValue', `The filter '${name.slice(0, 100)}' is invalid`)
  const patterns = values.map(compileWildcards)
  return item => {
    const values = [field(item)].flat().map(value => (value === undefined ? undefined : String(value)))
    return values.some(value => value !== undefined && patterns.some(matches => matches(value)))
  }
}

function fieldOf<T extends { tags: ReadonlyMap<string, string> }>(
  name: string,
  fields: FilterFields<T>
): FilterFields<T>[string] | undefined {
  if (name.startsWith('tag:')) return item => item.tags.get(name.slice('tag:'.length))
  if (name === 'tag-key') return item => [...item.tags.keys()]
  if (name === 'tag-value') return item => [...item.tags.values()]
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}
