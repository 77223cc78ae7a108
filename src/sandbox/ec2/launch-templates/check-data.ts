import type { RequestLaunchTemplateData, ValidationWarning } from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import { canUseImage } from '../image-access.ts'
import { imageOfReference, isReference } from '../image-parameter.ts'
import { checkUserData } from '../instances/launch-options.ts'
import { find } from '../lookup.ts'
import { tagsFor } from '../tags.ts'

/**
 * What EC2 refuses of launch parameters when they are stored; all others it looks at when they are used.
 * Errors: MissingParameter, InvalidUserData.Malformed, InvalidParameterValue, InvalidParameterCombination,
 * SsmInvalidParameter.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-template-restrictions.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestLaunchTemplateData.html
 */
export function checkData(data: RequestLaunchTemplateData, call: Call): void {
  if (Object.keys(data).length === 0) throw missingParameter('LaunchTemplateData')
  checkEncoding(data.UserData)
  for (const type of ['instance', 'volume', 'network-interface', 'spot-instances-request'] as const) {
    tagsFor(type, data.TagSpecifications, ['instance', 'volume', 'network-interface', 'spot-instances-request'])
  }
  if (data.InstanceType && data.InstanceRequirements) {
    const sentence = 'The parameters InstanceType and InstanceRequirements cannot be used together.'
    throw new ServiceError('InvalidParameterCombination', sentence)
  }
  if (data.ImageId && isReference(data.ImageId)) imageOfReference(data.ImageId, call)
}

function checkEncoding(userData: string | undefined): void {
  try {
    checkUserData(userData)
  } catch (error) {
    throw new ServiceError('InvalidUserData.Malformed', error instanceof Error ? error.message : String(error))
  }
}

/** What is stored although no instance could be launched by it: an image that is not there. */
export function warningsOf({ ImageId: id }: RequestLaunchTemplateData, call: Call): ValidationWarning | undefined {
  if (!id || isReference(id)) return undefined
  try {
    find('image', id, call.region.images, image => canUseImage(image, call))
    return undefined
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return { Errors: [{ Code: error.code, Message: error.message }] }
  }
}
