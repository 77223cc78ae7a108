import { createHash } from 'node:crypto'
import type { Parameter } from '@aws-sdk/client-ssm'
import { ServiceError } from '../errors.ts'
import type { Call } from '../handler.ts'
import type { ParameterRecord } from '../world/records.ts'

/** The account's own parameter of this name, or AWS's public one. */
export const recordOf = ({ region, account }: Call, name: string): ParameterRecord | undefined =>
  region.parameters.get(name.startsWith('/aws/service/') ? `aws/${name}` : `${account}/${name}`)

/**
 * The parameter that a request names: name or ARN, maybe with `:VERSION`. SecureStrings are answered encrypted unless
 * told otherwise. Undefined where there is none. Errors: ParameterVersionNotFound.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
export function findParameter(call: Call, text: string, decrypted = false): Parameter | undefined {
  const [, given = '', selector] = /^((?:arn:(?:[^:]*:){4})?[^:]*)(?::(.+))?$/.exec(text) ?? []
  const record = given.startsWith('arn:') ? recordOfArn(call, given) : recordOf(call, given)
  if (!record) return undefined
  const found = selector === undefined ? record.parameter : versionOf(record, selector)
  if (!found) {
    const sentence = `Systems Manager could not find version ${selector} of ${record.parameter.Name}. Verify the version and try again.`
    throw new ServiceError('ParameterVersionNotFound', sentence)
  }
  return { ...answer(found, decrypted), ...(selector !== undefined && { Selector: `:${selector}` }) }
}

/** A parameter as it is answered. */
export const answer = (parameter: Parameter, decrypted = false): Parameter =>
  parameter.Type === 'SecureString' && !decrypted
    ? { ...parameter, Value: cipherText(parameter.Value ?? '') }
    : parameter

const versionOf = ({ parameter, earlier = [] }: ParameterRecord, selector: string): Parameter | undefined =>
  [...earlier, parameter].find(({ Version }) => String(Version) === selector)

/** By an ARN of this region and account; a name without a path has no slash of its own there. */
function recordOfArn(call: Call, arn: string): ParameterRecord | undefined {
  const { region, account } = call
  const [, owner, path = ''] = new RegExp(`^arn:aws:ssm:${region.name}:(\\d*):parameter(/.+)$`).exec(arn) ?? []
  if (owner === '') return region.parameters.get(`aws/${path}`)
  return owner === account ? (recordOf(call, path) ?? recordOf(call, path.slice(1))) : undefined
}

/** Looks like what KMS would answer; nothing decrypts it. */
const cipherText = (value: string): string =>
  Buffer.concat([Buffer.from([1, 2, 2, 0]), createHash('sha512').update(value).digest()]).toString('base64')
