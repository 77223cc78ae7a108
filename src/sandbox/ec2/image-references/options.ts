import { invalidValue } from '../../errors.ts'

interface AskedType {
  readonly ResourceType?: string | undefined
  readonly ResourceTypeOptions?:
    | readonly { readonly OptionName?: string | undefined; readonly OptionValues?: readonly string[] | undefined }[]
    | undefined
}

/** Which resources are looked through for references to an image, and how far. */
export interface ReferenceScope {
  readonly types: ReadonlySet<string>
  /** Of instances; undefined means all. */
  readonly states: readonly string[] | undefined
  /** How many versions of each launch template, newest first. */
  readonly versionDepth: number
}

/** The supported types, and the one option that each of them takes. */
export type SupportedTypes = Readonly<Record<string, 'state-name' | 'version-depth' | undefined>>

const STATES = ['pending', 'running', 'shutting-down', 'terminated', 'stopping', 'stopped']

const OPTIONS = {
  'state-name': (values: readonly string[]) => values.every(value => STATES.includes(value)),
  'version-depth': ([value = '', ...more]: readonly string[]) =>
    /^[1-9]\d{0,4}$/.test(value) && Number(value) <= 10_000 && more.length === 0
}

/** Reads resource types and their options. Errors: InvalidParameterValue. */
export function readScope(asked: readonly AskedType[], supported: SupportedTypes, depth: number): ReferenceScope {
  const types = asked.map(({ ResourceType: type = '' }) => type)
  const wrong = types.find((type, i) => !Object.hasOwn(supported, type) || types.indexOf(type) !== i)
  if (wrong !== undefined) {
    throw invalidValue('ResourceType', wrong.slice(0, 60), `each at most once: ${Object.keys(supported).join(', ')}`)
  }
  const options = new Map(asked.flatMap(type => readOptions(type, supported[type.ResourceType ?? ''])))
  return {
    types: new Set(types),
    states: options.get('state-name'),
    versionDepth: Number(options.get('version-depth')?.[0] ?? depth)
  }
}

function readOptions(
  { ResourceType: type, ResourceTypeOptions: options = [] }: AskedType,
  takes: SupportedTypes[string]
): (readonly [string, readonly string[]])[] {
  return options.map(({ OptionName: name, OptionValues: values = [] }, i) => {
    if (takes === undefined || name !== takes || i > 0) {
      throw invalidValue('OptionName', String(name).slice(0, 60), `${takes ?? 'no option'} for ${type}`)
    }
    if (values.length === 0 || !OPTIONS[takes](values)) {
      throw invalidValue('OptionValue', values.join(', ').slice(0, 60), `a value of ${takes}`)
    }
    return [takes, values]
  })
}
