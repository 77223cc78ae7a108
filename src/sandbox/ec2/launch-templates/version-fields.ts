import type { LaunchTemplateVersion, ResponseLaunchTemplateData } from '@aws-sdk/client-ec2'
import type { FilterFields } from '../../world/filters.ts'

/** A version as filters see it; versions have no tags. */
export interface FilteredVersion {
  readonly version: LaunchTemplateVersion
  readonly tags: ReadonlyMap<string, string>
}

const ofData =
  <T>(read: (data: ResponseLaunchTemplateData) => T) =>
  ({ version }: FilteredVersion): T =>
    read(version.LaunchTemplateData ?? {})

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html (Filter.N) */
export const versionFields: FilterFields<FilteredVersion> = {
  'create-time': ({ version }) => version.CreateTime?.toISOString(),
  'ebs-optimized': ofData(({ EbsOptimized }) => EbsOptimized),
  'http-endpoint': ofData(({ MetadataOptions }) => MetadataOptions?.HttpEndpoint),
  'http-protocol-ipv4': ofData(({ MetadataOptions }) => MetadataOptions?.HttpEndpoint),
  'host-resource-group-arn': ofData(({ Placement }) => Placement?.HostResourceGroupArn),
  'http-tokens': ofData(({ MetadataOptions }) => MetadataOptions?.HttpTokens),
  'iam-instance-profile': ofData(({ IamInstanceProfile }) => IamInstanceProfile?.Arn),
  'image-id': ofData(({ ImageId }) => ImageId),
  'instance-type': ofData(({ InstanceType }) => InstanceType),
  'is-default-version': ({ version }) => version.DefaultVersion,
  'kernel-id': ofData(({ KernelId }) => KernelId),
  'license-configuration-arn': ofData(({ LicenseSpecifications }) =>
    LicenseSpecifications?.map(({ LicenseConfigurationArn }) => LicenseConfigurationArn)
  ),
  'network-card-index': ofData(({ NetworkInterfaces }) =>
    NetworkInterfaces?.map(({ NetworkCardIndex }) => NetworkCardIndex)
  ),
  'ram-disk-id': ofData(({ RamDiskId }) => RamDiskId)
}
