import {
  DescribeImagesCommand,
  EnableAllowedImagesSettingsCommand,
  type ImageCriterionRequest,
  ReplaceImageCriteriaInAllowedImagesSettingsCommand
} from '@aws-sdk/client-ec2'
import type { Clients } from '../../../support/sandbox.ts'

export const replace = ({ ec2 }: Clients, ImageCriteria: ImageCriterionRequest[]) =>
  ec2.send(new ReplaceImageCriteriaInAllowedImagesSettingsCommand({ ImageCriteria }))

/** Sets criteria, and enforces or audits them. */
export async function allow(
  clients: Clients,
  AllowedImagesSettingsState: 'enabled' | 'audit-mode',
  criteria: ImageCriterionRequest[]
): Promise<void> {
  await replace(clients, criteria)
  await clients.ec2.send(new EnableAllowedImagesSettingsCommand({ AllowedImagesSettingsState }))
}

/** What DescribeImages says of an image: whether it is allowed, or that it is not there. */
export async function verdict({ ec2 }: Clients, imageId: string): Promise<boolean | undefined | 'hidden'> {
  const Filters = [{ Name: 'image-id', Values: [imageId] }]
  const { Images: [image] = [] } = await ec2.send(new DescribeImagesCommand({ Filters, IncludeDeprecated: true }))
  return image ? image.ImageAllowed : 'hidden'
}
