import type { PutParameterRequest } from '@aws-sdk/client-ssm'
import { ServiceError } from '../errors.ts'
import type { Call } from '../handler.ts'
import type { ParameterVersion } from '../world/records.ts'
import { validation } from './pages.ts'
import { checkSize, type Tier } from './tiers.ts'

const MAX_LEVELS = 15
/** With what stands before the name in the ARN. */
const MAX_NAME = 1011
const MAX_PARAMETERS = { Standard: 10_000, Advanced: 100_000 }

/**
 * Refuses a name that Parameter Store does not take.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
export function checkName(name: string): void {
  const bare = name.replace(/^\//, '')
  if (/^aws/i.test(bare))
    throw new ServiceError('AccessDeniedException', `No access to reserved parameter name: ${bare.slice(0, 300)}.`)
  if (/^ssm/i.test(bare) || name.length > MAX_NAME || !/^\/?[\w.-]+(\/[\w.-]+)*$/.test(name)) {
    throw validation(
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_'
    )
  }
  if (name.includes('/') && !name.startsWith('/')) {
    throw validation('Parameter name must be a fully qualified name: it contains a slash and does not begin with one.')
  }
  if (bare.split('/').length > MAX_LEVELS) {
    const sentence = `The hierarchy of a parameter name has ${MAX_LEVELS} levels at the most`
    throw new ServiceError('HierarchyLevelLimitExceededException', sentence)
  }
}

/** Refuses a type or tier that there is not. */
export function checkKinds({ Type, Tier: tier }: PutParameterRequest): void {
  checkOneOf('type', Type, ['String', 'StringList', 'SecureString'])
  checkOneOf('tier', tier, ['Standard', 'Advanced', 'Intelligent-Tiering'])
}

function checkOneOf(member: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return
  throw validation(
    `1 validation error detected: Value '${value.slice(0, 60)}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${known.join(', ')}]`
  )
}

/** Refuses a value that does not fit the tier, the data type or the pattern. */
export function checkValue(
  { Value: value = '' }: PutParameterRequest,
  { parameter, allowedPattern }: ParameterVersion,
  tier: Tier
): void {
  if (value === '') {
    throw validation(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1."
    )
  }
  if (/\{\{.*\}\}/.test(value)) {
    throw validation('Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.')
  }
  checkSize(value, tier)
  checkDataType(parameter)
  checkPattern(allowedPattern, value)
}

/**
 * Whether the image is there, and whether that is an image's id at all, is looked at later.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-ec2-aliases.html
 */
function checkDataType({ DataType: dataType = 'text', Type }: ParameterVersion['parameter']): void {
  if (dataType !== 'text' && dataType !== 'aws:ec2:image' && dataType !== 'aws:ssm:integration') {
    throw validation(
      `The following data type is not supported: ${dataType.slice(0, 128)} (Data type names are all lowercase.)`
    )
  }
  if (dataType === 'aws:ec2:image' && Type !== 'String') {
    throw validation(`The data type aws:ec2:image is supported by parameters of type String, not ${Type}`)
  }
}

function checkPattern(pattern: string | undefined, value: string): void {
  if (!pattern || compile(pattern).test(value)) return
  const sentence = `Parameter value, cannot be validated against allowedPattern: ${pattern}`
  throw new ServiceError('ParameterPatternMismatchException', sentence)
}

function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern)
  } catch {
    throw new ServiceError('InvalidAllowedPatternException', `The pattern ${pattern.slice(0, 100)} is not valid`)
  }
}

/** Errors: ParameterLimitExceeded. */
export function checkCount(tier: Tier, { region, account }: Call): void {
  if (region.parameters.size < MAX_PARAMETERS[tier]) return
  const own = [...region.parameters.values()].filter(({ ownerId }) => ownerId === account)
  if (own.filter(({ tier: its = 'Standard' }) => its === tier).length < MAX_PARAMETERS[tier]) return
  const sentence = `You have exceeded the number of parameters of the ${tier} tier for this account and region`
  throw new ServiceError('ParameterLimitExceeded', sentence)
}
