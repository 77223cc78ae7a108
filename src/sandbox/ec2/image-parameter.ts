import { ServiceError } from '../errors.ts'
import type { Call } from '../handler.ts'
import { findParameter } from '../ssm/find-parameter.ts'

const PREFIX = 'resolve:ssm:'
const IMAGE_TYPE = 'aws:ec2:image'

/** Whether what stands for an image's id names a Systems Manager parameter. */
export const isReference = (imageId: string): boolean => imageId.startsWith(PREFIX)

/**
 * The image that a parameter holds now, as `resolve:ssm:NAME`, `NAME:VERSION` or `NAME:LABEL` names it. AWS's public
 * parameters may be of any data type, one's own must be of `aws:ec2:image`. Errors: SsmInvalidParameter.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-systems-manager-parameter-to-find-AMI.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-ec2-aliases.html
 */
export function imageOfReference(reference: string, call: Call): string {
  const parameter = tryFind(reference.slice(PREFIX.length), call)
  if (!parameter) throw refuse(`The following aliases are invalid: ${reference.slice(0, 300)}`)
  const isPublic = parameter.Name?.startsWith('/aws/service/')
  if (parameter.DataType !== IMAGE_TYPE && !isPublic) {
    throw refuse(`Unsupported data type. The following parameter data types are supported: ${IMAGE_TYPE}`)
  }
  return parameter.Value ?? ''
}

function tryFind(name: string, call: Call) {
  try {
    return findParameter(call, name)
  } catch (error) {
    if (error instanceof ServiceError) return undefined
    throw error
  }
}

const refuse = (sentence: string): ServiceError => new ServiceError('SsmInvalidParameter', sentence)
