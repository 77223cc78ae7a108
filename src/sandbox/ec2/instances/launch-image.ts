import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { ImageRecord } from '../../world/records.ts'
import { canUseImage } from '../image-access.ts'
import { checkArchitecture, findInstanceType, type InstanceTypeFacts } from '../instance-types.ts'
import { find } from '../lookup.ts'

/** EC2 still says so. */
export const DEFAULT_TYPE = 'm1.small'

/**
 * The image and type of a launch: the image visible, available, paid for, and of the type's architecture.
 * Errors: InvalidAMIID.*, OptInRequired, InvalidParameterValue, InvalidParameterCombination.
 */
export function chooseImage(input: RunInstancesRequest, call: Call): { image: ImageRecord; type: InstanceTypeFacts } {
  if (!input.ImageId) throw missingParameter('ImageId')
  const type = findInstanceType(input.InstanceType ?? DEFAULT_TYPE)
  const image = find('image', input.ImageId, call.region.images, record => canUseImage(record, call))
  checkState(image)
  checkSubscription(image, call.account)
  checkArchitecture(type, image.image.Architecture)
  checkRootDevice(image, type)
  return { image, type }
}

/** A disabled image can be described by its owner, and launched by nobody. */
function checkState({ image }: ImageRecord): void {
  if (image.State === 'available') return
  const sentence = `The image ID '${image.ImageId}' is not available: its state is ${image.State}`
  throw new ServiceError('InvalidAMIID.Unavailable', sentence)
}

/** Nobody in the sandbox has subscribed to anything; a Marketplace image's own seller need not. */
function checkSubscription({ image, ownerId }: ImageRecord, account: string): void {
  const code = image.ProductCodes?.find(({ ProductCodeType: type }) => type === 'marketplace')?.ProductCodeId
  if (!code || ownerId === account) return
  throw new ServiceError(
    'OptInRequired',
    `In order to use this AWS Marketplace product you need to accept terms and subscribe. To do so please visit https://aws.amazon.com/marketplace/pp?sku=${code}`,
    401
  )
}

function checkRootDevice({ image }: ImageRecord, type: InstanceTypeFacts): void {
  const root = image.RootDeviceType ?? 'ebs'
  if (type.rootDevices.includes(root)) return
  const sentence = `The instance type '${type.name}' does not support an AMI with root device type '${root}'.`
  throw new ServiceError('InvalidParameterCombination', sentence)
}
