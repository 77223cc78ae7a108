import type {
  CancelImageLaunchPermissionRequest,
  CancelImageLaunchPermissionResult,
  ModifyImageAttributeRequest,
  ResetImageAttributeRequest
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler } from '../../handler.ts'
import type { ImageRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { canUseImage, findOwnImage } from '../image-access.ts'
import { find } from '../lookup.ts'
import { changePermissions, type PermissionChange, readPermissions } from './permissions.ts'
import { checkSharing, setPermissions } from './sharing.ts'

interface Change {
  readonly description?: string | undefined
  readonly imdsSupport?: string | undefined
  readonly launchPermission?: PermissionChange | undefined
}

/**
 * Changes one attribute of an image: its description, its launch permissions, or, for good, that it asks for IMDSv2.
 *
 * @lacks the quota of 1,000 accounts, organizations and units that an image can be shared with
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html
 */
export const modifyImageAttribute: Handler<ModifyImageAttributeRequest, undefined> = (input, call) => {
  if (!input.ImageId) throw missingParameter('ImageId')
  const record = findChangeable(input.ImageId, call)
  const { description, imdsSupport, launchPermission } = readChange(input)
  if (imdsSupport !== undefined && imdsSupport !== 'v2.0') throw invalidValue('ImdsSupport', imdsSupport, 'v2.0')
  if (launchPermission) checkSharing(record, launchPermission.add, call)
  stopDryRun(input)
  if (imdsSupport) record.image.ImdsSupport = imdsSupport
  if (description !== undefined) record.image.Description = description
  if (launchPermission) setPermissions(record, changePermissions(record.launchPermissions, launchPermission))
  return undefined
}

/** One attribute and no more; by its own parameter, or by Attribute and Value. */
function readChange(input: ModifyImageAttributeRequest): Change {
  if (input.ProductCodes?.length) throw new ServiceError('UnsupportedOperation', 'ProductCode is not supported')
  const { Attribute: attribute, Value: value } = input
  const change: Change = {
    description: (attribute === 'description' ? value : undefined) ?? input.Description?.Value,
    imdsSupport: (attribute === 'imdsSupport' ? value : undefined) ?? input.ImdsSupport?.Value,
    launchPermission: readPermissions(input)
  }
  if (attribute !== undefined && !Object.hasOwn(change, attribute)) {
    throw invalidValue('Attribute', attribute, Object.keys(change).join(', '))
  }
  const named = Object.entries(change).flatMap(([name, asked]) => (asked === undefined ? [] : [name]))
  if (attribute !== undefined && named.length === 0) throw missingParameter('value')
  if (named.length === 0) throw new ServiceError('InvalidParameterCombination', 'No attributes specified.')
  if (new Set([...named, attribute ?? named[0]]).size === 1) return change
  throw new ServiceError('InvalidParameterCombination', 'Fields for multiple attribute types specified')
}

/**
 * Makes an image private: the launch permissions are the only attribute that can be reset.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetImageAttribute.html
 */
export const resetImageAttribute: Handler<ResetImageAttributeRequest, undefined> = (input, call) => {
  if (!input.ImageId) throw missingParameter('ImageId')
  if (!input.Attribute) throw missingParameter('Attribute')
  const record = findChangeable(input.ImageId, call)
  if (input.Attribute !== 'launchPermission') throw invalidValue('Attribute', input.Attribute, 'launchPermission')
  stopDryRun(input)
  setPermissions(record, [])
  return undefined
}

/**
 * Takes the caller out of the launch permissions of another account's image, where it is named itself.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/cancel-sharing-an-AMI.html
 */
export const cancelImageLaunchPermission: Handler<
  CancelImageLaunchPermissionRequest,
  CancelImageLaunchPermissionResult
> = (input, call) => {
  if (!input.ImageId) throw missingParameter('ImageId')
  const record = find('image', input.ImageId, call.region.images, image => canUseImage(image, call))
  const own = record.launchPermissions.filter(({ UserId: id }) => id === call.account)
  if (own.length === 0) {
    const sentence = `The image ${input.ImageId} is not shared with the account ${call.account} itself`
    throw new ServiceError('OperationNotPermitted', sentence)
  }
  stopDryRun(input)
  setPermissions(record, changePermissions(record.launchPermissions, { add: [], remove: own }))
  return { Return: true }
}

/** The caller's own image. Errors: InvalidAMIID.Unavailable while it is not complete, else as `findOwnImage`. */
function findChangeable(id: string, call: Call): ImageRecord {
  const record = findOwnImage(id, call)
  const { State: state } = record.image
  if (state !== 'pending' && state !== 'failed') return record
  throw new ServiceError('InvalidAMIID.Unavailable', `The image ID '${id}' is currently ${state}`)
}
