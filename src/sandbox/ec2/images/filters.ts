import type { FilterFields } from '../../world/filters.ts'
import type { ImageRecord } from '../../world/records.ts'

const mappings = ({ image }: ImageRecord) => image.BlockDeviceMappings ?? []

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html (Filter.N) */
export const imageFilters: FilterFields<ImageRecord> = {
  architecture: ({ image }) => image.Architecture,
  'block-device-mapping.delete-on-termination': image => mappings(image).map(({ Ebs }) => Ebs?.DeleteOnTermination),
  'block-device-mapping.device-name': image => mappings(image).map(({ DeviceName }) => DeviceName),
  'block-device-mapping.encrypted': image => mappings(image).map(({ Ebs }) => Ebs?.Encrypted),
  'block-device-mapping.snapshot-id': image => mappings(image).map(({ Ebs }) => Ebs?.SnapshotId),
  'block-device-mapping.volume-size': image => mappings(image).map(({ Ebs }) => Ebs?.VolumeSize),
  'block-device-mapping.volume-type': image => mappings(image).map(({ Ebs }) => Ebs?.VolumeType),
  'creation-date': ({ image }) => image.CreationDate,
  description: ({ image }) => image.Description,
  'ena-support': ({ image }) => image.EnaSupport,
  hypervisor: ({ image }) => image.Hypervisor,
  'image-id': ({ image }) => image.ImageId,
  'image-type': ({ image }) => image.ImageType,
  'is-public': ({ image }) => image.Public,
  'manifest-location': ({ image }) => image.ImageLocation,
  name: ({ image }) => image.Name,
  'owner-alias': ({ image }) => image.ImageOwnerAlias,
  'owner-id': ({ ownerId }) => ownerId,
  platform: ({ image }) => image.Platform,
  'product-code': ({ image }) => image.ProductCodes?.map(({ ProductCodeId }) => ProductCodeId),
  'product-code.type': ({ image }) => image.ProductCodes?.map(({ ProductCodeType }) => ProductCodeType),
  'root-device-name': ({ image }) => image.RootDeviceName,
  'root-device-type': ({ image }) => image.RootDeviceType,
  'source-image-id': ({ image }) => image.SourceImageId,
  'source-instance-id': ({ image }) => image.SourceInstanceId,
  state: ({ image }) => image.State,
  'state-reason-code': ({ image }) => image.StateReason?.Code,
  'state-reason-message': ({ image }) => image.StateReason?.Message,
  'virtualization-type': ({ image }) => image.VirtualizationType
}
