import type { LaunchTemplate, LaunchTemplateVersion } from '@aws-sdk/client-ec2'
import type { Call } from '../../handler.ts'
import { imageOfReference, isReference } from '../image-parameter.ts'
import { tagSet } from '../tags.ts'
import type { LaunchTemplateRecord, TemplateVersion } from './record.ts'

/** A launch template as EC2 answers it. */
export const answerTemplate = (record: LaunchTemplateRecord): LaunchTemplate => ({
  ...record.template,
  Tags: tagSet(record, record.ownerId)
})

/**
 * A version as EC2 answers it. With `resolved`, its image is the one that its Systems Manager parameter holds now.
 * Errors: SsmInvalidParameter where that parameter does not hold one.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-launch-template.html#use-an-ssm-parameter-instead-of-an-ami-id
 */
export function answerVersion(
  { template }: LaunchTemplateRecord,
  version: TemplateVersion,
  resolved: boolean | undefined,
  call: Call
): LaunchTemplateVersion {
  const { ImageId: image, ...data } = version.LaunchTemplateData
  const ImageId = image && resolved && isReference(image) ? imageOfReference(image, call) : image
  return {
    ...version,
    LaunchTemplateData: { ...(image && { ImageId }), ...data },
    DefaultVersion: version.VersionNumber === template.DefaultVersionNumber
  }
}
