import type { FilterFields } from '../../world/filters.ts'
import type { ImageRecord } from '../../world/records.ts'

const mappings = ({ image }: ImageRecord) => image.BlockDeviceMappings ?? []

/** Seeded images have their dates as text. */
const iso = (time: Date | undefined) => time && new Date(time).toISOString()
/** Watermarks show microseconds and an offset. */
const precise = (time: Date | undefined) => iso(time)?.replace('Z', '000+00:00')

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html (Filter.N) */
export const imageFilters: FilterFields<ImageRecord> = {
  architecture: ({ image }) => image.Architecture,
  'block-device-mapping.delete-on-termination': image => mappings(image).map(({ Ebs }) => Ebs?.DeleteOnTermination),
  'block-device-mapping.device-name': image => mappings(image).map(({ DeviceName }) => DeviceName),
  'block-device-mapping.encrypted': image => mappings(image).map(({ Ebs }) => Ebs?.Encrypted),
  'block-device-mapping.snapshot-id': image => mappings(image).map(({ Ebs }) => Ebs?.SnapshotId),
  'block-device-mapping.volume-size': image => mappings(image).map(({ Ebs }) => Ebs?.VolumeSize),
  'block-device-mapping.volume-type': image => mappings(image).map(({ Ebs }) => Ebs?.VolumeType),
  'boot-mode': ({ image }) => image.BootMode,
  'creation-date': ({ image }) => image.CreationDate,
  description: ({ image }) => image.Description,
  'ena-support': ({ image }) => image.EnaSupport,
  'free-tier-eligible': ({ image }) => image.FreeTierEligible,
  hypervisor: ({ image }) => image.Hypervisor,
  'image-id': ({ image }) => image.ImageId,
  'image-type': ({ image }) => image.ImageType,
  'image-watermark.source-image-creation-time': ({ image }) =>
    image.ImageWatermarks?.map(({ SourceImageCreationTime: time }) => precise(time)),
  'image-watermark.source-image-id': ({ image }) => image.ImageWatermarks?.map(mark => mark.SourceImageId),
  'image-watermark.source-image-region': ({ image }) => image.ImageWatermarks?.map(mark => mark.SourceImageRegion),
  'image-watermark.watermark-creation-time': ({ image }) =>
    image.ImageWatermarks?.map(({ WatermarkCreationTime: time }) => precise(time)),
  'image-watermark.watermark-key': ({ image }) => image.ImageWatermarks?.map(mark => mark.WatermarkKey),
  'instance-type-specification.supported-instance-type': ({ image }) =>
    image.InstanceTypeSpecification?.SupportedInstanceTypes?.map(item => item.InstanceType),
  'instance-type-specification.unsupported-instance-type': ({ image }) =>
    image.InstanceTypeSpecification?.UnsupportedInstanceTypes?.map(item => item.InstanceType),
  'is-public': ({ image }) => image.Public,
  'kernel-id': ({ image }) => image.KernelId,
  'manifest-location': ({ image }) => image.ImageLocation,
  name: ({ image }) => image.Name,
  'owner-alias': ({ image }) => image.ImageOwnerAlias,
  'owner-id': ({ ownerId }) => ownerId,
  platform: ({ image }) => image.Platform,
  'product-code': ({ image }) => image.ProductCodes?.map(({ ProductCodeId }) => ProductCodeId),
  'product-code.type': ({ image }) => image.ProductCodes?.map(({ ProductCodeType }) => ProductCodeType),
  'public-ssm-parameter-name': ({ image }) => image.PublicSsmParameterName,
  'ramdisk-id': ({ image }) => image.RamdiskId,
  'root-device-name': ({ image }) => image.RootDeviceName,
  'root-device-type': ({ image }) => image.RootDeviceType,
  'scan-result.critical-fix-available-since': ({ image }) => iso(image.ScanResults?.CriticalFixAvailableSince),
  'scan-result.finding-scan-date': ({ image }) => iso(image.ScanResults?.FindingScanDate),
  'scan-result.high-fix-available-since': ({ image }) => iso(image.ScanResults?.HighFixAvailableSince),
  'scan-result.highest-finding-severity-label': ({ image }) => image.ScanResults?.HighestFindingSeverityLabel,
  'scan-result.informational-fix-available-since': ({ image }) =>
    iso(image.ScanResults?.InformationalFixAvailableSince),
  'scan-result.low-fix-available-since': ({ image }) => iso(image.ScanResults?.LowFixAvailableSince),
  'scan-result.medium-fix-available-since': ({ image }) => iso(image.ScanResults?.MediumFixAvailableSince),
  'source-image-id': ({ image }) => image.SourceImageId,
  'source-image-region': ({ image }) => image.SourceImageRegion,
  'source-instance-id': ({ image }) => image.SourceInstanceId,
  'sriov-net-support': ({ image }) => image.SriovNetSupport,
  state: ({ image }) => image.State,
  'state-reason-code': ({ image }) => image.StateReason?.Code,
  'state-reason-message': ({ image }) => image.StateReason?.Message,
  'virtualization-type': ({ image }) => image.VirtualizationType
}
