import { type Image, type ImageFinding, paginateDescribeImages, paginateGetImageFindings } from '@aws-sdk/client-ec2'
import type { Clients } from '../aws/aws.ts'
import { TAGS } from '../image/tags.ts'

/** All images of a family that this account owns, in whatever state. */
export async function readFamily(clients: Clients, family: string): Promise<Image[]> {
  const images: Image[] = []
  const pages = paginateDescribeImages(
    { client: clients.ec2, pageSize: 500 },
    {
      Owners: ['self'],
      IncludeDeprecated: true,
      IncludeDisabled: true,
      Filters: [{ Name: `tag:${TAGS.family}`, Values: [family] }]
    }
  )
  for await (const page of pages) images.push(...(page.Images ?? []))
  return images
}

/** All findings of an image's last scan. */
export async function readFindings(clients: Clients, imageId: string): Promise<ImageFinding[]> {
  const findings: ImageFinding[] = []
  const pages = paginateGetImageFindings({ client: clients.ec2 }, { ImageId: imageId })
  for await (const page of pages) findings.push(...(page.ImageFindings ?? []))
  return findings
}
