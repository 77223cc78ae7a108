import type {
  DescribeImageAttributeRequest,
  ImageAttribute,
  LaunchPermission,
  ModifyImageAttributeRequest
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, ServiceError } from '../../errors.ts'
import type { Handler } from '../../handler.ts'
import { stopDryRun } from '../dryrun.ts'
import { findOwnImage } from '../image-access.ts'

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html */
export const modifyImageAttribute: Handler<ModifyImageAttributeRequest, undefined> = (input, call) => {
  if (!input.ImageId) throw missingParameter('ImageId')
  const record = findOwnImage(input.ImageId, call)
  if (record.image.State === 'pending') {
    throw new ServiceError('InvalidAMIID.Unavailable', `The image ID '${input.ImageId}' is currently pending`)
  }
  const { Add = [], Remove = [] } = readPermissions(input)
  const imdsSupport = input.ImdsSupport?.Value
  if (imdsSupport !== undefined && imdsSupport !== 'v2.0') throw invalidValue('ImdsSupport', imdsSupport, 'v2.0')
  stopDryRun(input)
  if (imdsSupport) record.image.ImdsSupport = imdsSupport
  if (input.Description?.Value !== undefined) record.image.Description = input.Description.Value
  const keyOf = (permission: LaunchPermission) => JSON.stringify(Object.entries(permission).sort())
  const left = new Map([...record.launchPermissions, ...Add].map(permission => [keyOf(permission), permission]))
  for (const permission of Remove) left.delete(keyOf(permission))
  record.launchPermissions = [...left.values()]
  record.image.Public = record.launchPermissions.some(({ Group }) => Group === 'all')
  return undefined
}

/** LaunchPermission, or the older form with OperationType, UserId and UserGroup. */
function readPermissions(input: ModifyImageAttributeRequest): {
  Add?: LaunchPermission[]
  Remove?: LaunchPermission[]
} {
  const older = [
    ...(input.UserIds ?? []).map(UserId => ({ UserId })),
    ...(input.UserGroups ?? []).map(Group => ({ Group: Group as 'all' }))
  ]
  const { Add = [], Remove = [] } = input.LaunchPermission ?? {}
  for (const { UserId, Group } of [...Add, ...Remove, ...older] as LaunchPermission[]) {
    if (UserId !== undefined && !/^\d{12}$/.test(UserId))
      throw invalidValue('UserId', UserId, 'an account id of twelve digits')
    if (Group !== undefined && Group !== 'all') throw invalidValue('Group', Group, 'all')
  }
  if (older.length === 0) return { Add, Remove }
  return input.OperationType === 'remove' ? { Add, Remove: [...Remove, ...older] } : { Add: [...Add, ...older], Remove }
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImageAttribute.html */
export const describeImageAttribute: Handler<DescribeImageAttributeRequest, ImageAttribute> = (input, call) => {
  if (!input.ImageId) throw missingParameter('ImageId')
  const record = findOwnImage(input.ImageId, call)
  stopDryRun(input)
  const { ImageId, Description, BlockDeviceMappings } = record.image
  if (input.Attribute === 'launchPermission') return { ImageId, LaunchPermissions: record.launchPermissions }
  if (input.Attribute === 'description') return { ImageId, Description: { Value: Description } }
  if (input.Attribute === 'blockDeviceMapping') return { ImageId, BlockDeviceMappings }
  throw invalidValue('Attribute', String(input.Attribute), 'launchPermission, description or blockDeviceMapping')
}
