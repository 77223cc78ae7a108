import { createHash } from 'node:crypto'
import type {
  IamInstanceProfile,
  IamInstanceProfileSpecification,
  InstanceMetadataOptionsRequest,
  InstanceMetadataOptionsResponse
} from '@aws-sdk/client-ec2'
import { invalidValue, ServiceError } from '../../errors.ts'

const MAX_USER_DATA_BYTES = 16 * 1024

/** Checks user data: base64 of at most 16 KB. Errors: InvalidParameterValue. */
export function checkUserData(base64: string | undefined): string | undefined {
  if (!base64) return undefined
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(base64)) {
    throw new ServiceError('InvalidParameterValue', 'Invalid BASE64 encoding of user data.')
  }
  if (Buffer.from(base64, 'base64').length <= MAX_USER_DATA_BYTES) return base64
  throw new ServiceError('InvalidParameterValue', `User data is limited to ${MAX_USER_DATA_BYTES} bytes`)
}

/** The sandbox has no IAM: every profile exists, but for those whose name says otherwise. */
const MISSING_PROFILE = /^missing/

/** The instance profile of a launch, by name or ARN. Errors: InvalidParameterValue, as EC2 for one that is unknown. */
export function chooseProfile(
  specification: IamInstanceProfileSpecification | undefined,
  account: string
): IamInstanceProfile | undefined {
  const { Arn: arn, Name: name } = specification ?? {}
  if (!arn && !name) return undefined
  if (arn && name) {
    const sentence = `The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'`
    throw new ServiceError('InvalidParameterCombination', sentence)
  }
  const found = name ?? new RegExp(`^arn:aws:iam::${account}:instance-profile/(?:.*/)?([^/]+)$`).exec(arn ?? '')?.[1]
  if (!found || !/^[\w+=,.@-]{1,128}$/.test(found) || MISSING_PROFILE.test(found)) {
    const [parameter, noun] = arn ? ['arn', 'ARN'] : ['name', 'name']
    const value = `Value (${(arn ?? name ?? '').slice(0, 160)}) for parameter iamInstanceProfile.${parameter} is invalid.`
    throw new ServiceError('InvalidParameterValue', `${value} Invalid IAM Instance Profile ${noun}`)
  }
  const Arn = arn ?? `arn:aws:iam::${account}:instance-profile/${found}`
  return { Arn, Id: `AIPA${createHash('sha256').update(Arn).digest('hex').slice(0, 17).toUpperCase()}` }
}

/** The name of the profile, which is also that of its role here. */
export const profileName = ({ Arn = '' }: IamInstanceProfile): string => Arn.slice(Arn.lastIndexOf('/') + 1)

/**
 * Changes the options of the instance metadata service as asked; what is not named stays.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html
 */
export function changeMetadataOptions(
  present: InstanceMetadataOptionsResponse,
  asked: InstanceMetadataOptionsRequest | undefined
): InstanceMetadataOptionsResponse {
  const {
    HttpTokens,
    HttpEndpoint,
    HttpPutResponseHopLimit: hops,
    HttpProtocolIpv6,
    InstanceMetadataTags
  } = asked ?? {}
  checkOneOf('HttpTokens', HttpTokens, ['optional', 'required'])
  checkOneOf('HttpEndpoint', HttpEndpoint, ['enabled', 'disabled'])
  checkOneOf('InstanceMetadataTags', InstanceMetadataTags, ['enabled', 'disabled'])
  if (hops !== undefined && (hops < 1 || hops > 64)) throw invalidValue('HttpPutResponseHopLimit', `${hops}`, '1 to 64')
  return {
    State: 'applied',
    HttpTokens: HttpTokens ?? present.HttpTokens,
    HttpPutResponseHopLimit: hops ?? present.HttpPutResponseHopLimit,
    HttpEndpoint: HttpEndpoint ?? present.HttpEndpoint,
    HttpProtocolIpv6: HttpProtocolIpv6 ?? present.HttpProtocolIpv6,
    InstanceMetadataTags: InstanceMetadataTags ?? present.InstanceMetadataTags
  }
}

/** What an instance has that asks for nothing: by its image, version 2 only, or both. */
export const defaultMetadataOptions = (imdsSupport: string | undefined): InstanceMetadataOptionsResponse => ({
  HttpTokens: imdsSupport === 'v2.0' ? 'required' : 'optional',
  HttpPutResponseHopLimit: imdsSupport === 'v2.0' ? 2 : 1,
  HttpEndpoint: 'enabled',
  HttpProtocolIpv6: 'disabled',
  InstanceMetadataTags: 'disabled'
})

/** Refuses a value that is not one of those. Errors: InvalidParameterValue. */
export function checkOneOf(parameter: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return
  throw invalidValue(parameter, value.slice(0, 60), `one of ${known.join(', ')}`)
}
