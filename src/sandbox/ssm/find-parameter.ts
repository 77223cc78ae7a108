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
  const [, given = '', selector] = /^((?:arn:(?:[^:]*:){5})?[^:]*)(?::(.+))?$/.exec(text) ?? []
  const record = recordOf(call, nameOf(given))
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

/** `arn:aws:ssm:REGION:ACCOUNT:parameter/a/b` is `/a/b`; a name without a path loses its slash there. */
function nameOf(text: string): string {
  const [, path] = /^arn:aws:ssm:[^:]*:[^:]*:parameter(\/.+)$/.exec(text) ?? []
  if (path === undefined) return text
  return path.lastIndexOf('/') === 0 ? path.slice(1) : path
}

/** Looks like what KMS would answer; nothing decrypts it. */
const cipherText = (value: string): string =>
  Buffer.concat([Buffer.from([1, 2, 2, 0]), createHash('sha512').update(value).digest()]).toString('base64')
