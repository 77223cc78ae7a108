import type { PutParameterRequest } from '@aws-sdk/client-ssm'
import { ServiceError } from '../errors.ts'
import { validation } from './pages.ts'

const MAX_LEVELS = 15
const MAX_CHARACTERS = { Standard: 4096, Advanced: 8192 }

/**
 * Refuses a name that Parameter Store does not take.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
export function checkName(name: string): void {
  const bare = name.replace(/^\//, '')
  if (/^aws/i.test(bare))
    throw new ServiceError('AccessDeniedException', `No access to reserved parameter name: ${bare}.`)
  if (/^ssm/i.test(bare) || !/^\/?[\w.-]+(\/[\w.-]+)*$/.test(name)) {
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

/** Refuses a value that does not fit the tier, the data type or the pattern. */
export function checkValue({
  Value: value = '',
  Tier,
  DataType: dataType = 'text',
  ...rest
}: PutParameterRequest): void {
  if (value === '') {
    throw validation(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1."
    )
  }
  const tier = Tier === 'Advanced' || Tier === 'Intelligent-Tiering' ? 'Advanced' : 'Standard'
  if (value.length > MAX_CHARACTERS[tier]) {
    throw validation(
      `${tier} tier parameters support a maximum parameter value of ${MAX_CHARACTERS[tier]} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`
    )
  }
  checkDataType(dataType, value)
  checkPattern(rest.AllowedPattern, value)
}

/**
 * An AMI's id is checked for its form only; AWS also looks for the image, later, and tells by an event.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-ec2-aliases.html
 */
function checkDataType(dataType: string, value: string): void {
  if (dataType !== 'text' && dataType !== 'aws:ec2:image' && dataType !== 'aws:ssm:integration') {
    throw validation(
      `The following data type is not supported: ${dataType.slice(0, 128)} (Data type names are all lowercase.)`
    )
  }
  if (dataType === 'aws:ec2:image' && !/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(value)) {
    throw validation(`Invalid value for data type aws:ec2:image: ${value.slice(0, 60)} is not the id of an AMI`)
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
