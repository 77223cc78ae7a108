import type { PutParameterRequest } from '@aws-sdk/client-ssm'
import type { ParameterVersion } from '../world/records.ts'
import { validation } from './pages.ts'

export type Tier = 'Standard' | 'Advanced'

const MAX_CHARACTERS = { Standard: 4096, Advanced: 8192 }

/**
 * The tier of a version: the one asked for, else that of the parameter, else standard. An advanced parameter cannot be
 * made a standard one again. Errors: ValidationException.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
 */
export function chooseTier(
  { Tier: asked, Value: value = '', Policies: policies }: PutParameterRequest,
  previous: ParameterVersion | undefined
): Tier {
  if (previous?.tier !== 'Advanced') {
    if (asked !== 'Intelligent-Tiering') return asked ?? 'Standard'
    return value.length > MAX_CHARACTERS.Standard || policies ? 'Advanced' : 'Standard'
  }
  if (asked !== 'Standard') return 'Advanced'
  throw validation(
    "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter."
  )
}

/** Refuses a value that its tier has no room for. */
export function checkSize(value: string, tier: Tier): void {
  const max = MAX_CHARACTERS[tier]
  if (value.length <= max) return
  const advice =
    'To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html'
  const sentence = `${tier} tier parameters support a maximum parameter value of ${max} characters.`
  throw validation(tier === 'Standard' ? `${sentence} ${advice}` : sentence)
}
