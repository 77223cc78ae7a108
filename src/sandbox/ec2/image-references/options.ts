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

const STATES = ['pending', 'running', 'shutting-down', 'terminated', 'stopping', 'stopped']

/** Reads resource types and their options. Errors: InvalidParameterValue. */
export function readScope(asked: readonly AskedType[], supported: readonly string[], depth: number): ReferenceScope {
  const types = asked.map(({ ResourceType: type = '' }) => type)
  const unknown = types.find(type => !supported.includes(type))
  if (unknown !== undefined) throw invalidValue('ResourceType', unknown.slice(0, 60), `one of ${supported.join(', ')}`)
  return {
    types: new Set(types),
    states: readOption(asked, 'ec2:Instance', 'state-name', value => STATES.includes(value)),
    versionDepth: Number(readOption(asked, 'ec2:LaunchTemplate', 'version-depth', isDepth)?.[0] ?? depth)
  }
}

function readOption(
  asked: readonly AskedType[],
  type: string,
  name: string,
  isValid: (value: string) => boolean
): readonly string[] | undefined {
  const options = asked.find(({ ResourceType }) => ResourceType === type)?.ResourceTypeOptions ?? []
  const foreign = options.find(({ OptionName }) => OptionName !== name)
  if (foreign) throw invalidValue('OptionName', String(foreign.OptionName).slice(0, 60), `${name} for ${type}`)
  const values = options[0]?.OptionValues
  const wrong = values?.find(value => !isValid(value))
  if (wrong !== undefined) throw invalidValue('OptionValue', wrong.slice(0, 60), `a value of ${name}`)
  return values
}

const isDepth = (value: string): boolean => /^[1-9]\d{0,4}$/.test(value) && Number(value) <= 10_000
