import { createHash } from 'node:crypto'
import type { Parameter } from '@aws-sdk/client-ssm'
import { ServiceError } from '../errors.ts'
import type { Call } from '../handler.ts'
import type { ParameterRecord, ParameterVersion } from '../world/records.ts'

/** AWS gives this error no sentence. */
export const parameterNotFound = (): ServiceError => new ServiceError('ParameterNotFound', '')

/** The account's own parameter of this name, or AWS's public one. */
export const recordOf = ({ region, account }: Call, name: string): ParameterRecord | undefined =>
  region.parameters.get(name.startsWith('/aws/service/') ? `aws/${name}` : `${account}/${name}`)

/** The account's own parameter of this name. Errors: ParameterNotFound. */
export function findOwn(name: string, { region, account }: Call): ParameterRecord {
  const record = region.parameters.get(`${account}/${name.trim()}`)
  if (!record) throw parameterNotFound()
  return record
}

/**
 * The parameter that a request names: name or ARN, maybe with `:VERSION` or `:LABEL`. SecureStrings are answered
 * encrypted unless told otherwise. Undefined where there is none. Errors: ParameterVersionNotFound.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
export function findParameter(call: Call, text: string, decrypted = false): Parameter | undefined {
  const [, given = '', selector] = /^((?:arn:(?:[^:]*:){4})?[^:]*)(?::(.+))?$/.exec(text.trim()) ?? []
  const record = findRecord(given, call)
  if (!record) return undefined
  const found = selector === undefined ? record : versionOf(record, selector)
  if (!found) throw versionNotFound(selector ?? '', record)
  return { ...answer(found.parameter, decrypted), ...(selector !== undefined && { Selector: `:${selector}` }) }
}

/** By name or ARN: one's own, or AWS's. */
export const findRecord = (given: string, call: Call): ParameterRecord | undefined =>
  given.startsWith('arn:') ? recordOfArn(call, given) : recordOf(call, given)

/** A parameter as it is answered. */
export const answer = (parameter: Parameter, decrypted = false): Parameter =>
  parameter.Type === 'SecureString' && !decrypted
    ? { ...parameter, Value: cipherText(parameter.Value ?? '') }
    : parameter

/** All versions that are kept, oldest first. */
export const versionsOf = (record: ParameterRecord): ParameterVersion[] => [...(record.earlier ?? []), record]

/** A version by its number or label. */
export const versionOf = (record: ParameterRecord, selector: string): ParameterVersion | undefined =>
  versionsOf(record).find(
    ({ parameter, labels = [] }) => String(parameter.Version) === selector || labels.includes(selector)
  )

export function versionNotFound(selector: string, { parameter }: ParameterRecord): ServiceError {
  const sentence = `Systems Manager could not find version ${selector} of ${parameter.Name}. Verify the version and try again.`
  return new ServiceError('ParameterVersionNotFound', sentence)
}

/** By an ARN of this region; a name without a path has no slash of its own there. */
function recordOfArn(call: Call, arn: string): ParameterRecord | undefined {
  const { region, account } = call
  const [, owner = '', path = ''] = new RegExp(`^arn:aws:ssm:${region.name}:(\\d*):parameter(/.+)$`).exec(arn) ?? []
  if (path === '') return undefined
  if (owner === '') return region.parameters.get(`aws/${path}`)
  if (owner !== account) return undefined
  return region.parameters.get(`${owner}/${path}`) ?? region.parameters.get(`${owner}/${path.slice(1)}`)
}

/** Looks like what KMS would answer; nothing decrypts it. */
const cipherText = (value: string): string =>
  Buffer.concat([Buffer.from([1, 2, 2, 0]), createHash('sha512').update(value).digest()]).toString('base64')
