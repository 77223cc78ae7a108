import type { ParameterStringFilter } from '@aws-sdk/client-ssm'
import { ServiceError } from '../errors.ts'
import type { ParameterRecord } from '../world/records.ts'
import { versionsOf } from './find-parameter.ts'

type Passes = (record: ParameterRecord) => boolean
type Values = readonly (string | undefined)[]

const FIELDS: Readonly<Record<string, (record: ParameterRecord) => Values>> = {
  Name: ({ parameter }) => [parameter.Name],
  Path: ({ parameter }) => [parameter.Name],
  Type: ({ parameter }) => [parameter.Type],
  DataType: ({ parameter }) => [parameter.DataType],
  KeyId: ({ keyId }) => [keyId],
  Tier: ({ tier = 'Standard' }) => [tier],
  Label: record => versionsOf(record).flatMap(({ labels = [] }) => labels)
}

const withoutSlash = (path: string): string => path.replace(/\/$/, '')

const OPTIONS: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  Equals: (value, wanted) => value === wanted,
  BeginsWith: (value, wanted) => value.startsWith(wanted),
  Contains: (value, wanted) => value.includes(wanted),
  OneLevel: (value, wanted) => value.slice(0, value.lastIndexOf('/')) === withoutSlash(wanted),
  Recursive: (value, wanted) => value.startsWith(`${withoutSlash(wanted)}/`)
}

/**
 * Whether a parameter passes all filters; `keys` are those that the operation takes, `tag` for any `tag:KEY`.
 * Errors: InvalidFilterKey, InvalidFilterOption, InvalidFilterValue.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html
 */
export function compileFilters(filters: readonly ParameterStringFilter[] = [], keys: readonly string[]): Passes {
  const tests = filters.map(filter => compileFilter(filter, keys))
  return record => tests.every(test => test(record))
}

function compileFilter({ Key = '', Option, Values: wanted = [] }: ParameterStringFilter, keys: readonly string[]) {
  const tag = Key.startsWith('tag:') ? Key.slice('tag:'.length) : undefined
  const kind = tag === undefined ? Key : 'tag'
  if (!keys.includes(kind)) {
    const valid = `Valid filter keys include: [${keys.join(', ')}].`
    throw new ServiceError('InvalidFilterKey', `The following filter key is not valid: ${Key.slice(0, 132)}. ${valid}`)
  }
  const accepts = optionOf(kind, Option)
  if (wanted.length === 0 && tag === undefined) {
    throw new ServiceError('InvalidFilterValue', `The filter ${Key} has no value.`)
  }
  return (record: ParameterRecord): boolean => {
    const values = tag === undefined ? FIELDS[Key]?.(record) : [record.tags.get(tag)]
    const known = (values ?? []).filter(value => value !== undefined)
    return wanted.length === 0 ? known.length > 0 : known.some(value => wanted.some(each => accepts(value, each)))
  }
}

function optionOf(kind: string, option: string | undefined) {
  const known = optionsOf(kind)
  const name = option ?? known[0] ?? ''
  const accepts = OPTIONS[name]
  if (known.includes(name) && accepts) return accepts
  const sentence = `The following filter option is not valid: ${name.slice(0, 20)}. Valid options include: [${known.join(', ')}].`
  throw new ServiceError('InvalidFilterOption', sentence)
}

/** The first is used where none is named. */
function optionsOf(kind: string): string[] {
  if (kind === 'Path') return ['OneLevel', 'Recursive']
  if (kind === 'Label') return ['Equals']
  return kind === 'Name' ? ['Equals', 'BeginsWith', 'Contains'] : ['Equals', 'BeginsWith']
}
