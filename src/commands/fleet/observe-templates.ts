import {
  DescribeLaunchTemplateVersionsCommand,
  type DescribeLaunchTemplateVersionsRequest,
  type LaunchTemplateVersion
} from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../aws/aws.ts'
import { serviceErrorName } from '../../aws/failure.ts'
import { readPages, whenNotBusy } from './read-pages.ts'

/** A version of a launch template. */
export interface TemplateVersion {
  readonly templateId: string
  readonly name: string
  readonly version: number
  readonly isDefault: boolean
  /** An image id, or `resolve:ssm:` and a parameter; absent where launches have to name one. */
  readonly image?: string
}

const PAGE_SIZE = 200
const REFERENCE = 'resolve:ssm:'

/** Whether a Systems Manager parameter says which image is meant. */
export const isReference = (image: string): boolean => image.startsWith(REFERENCE)

/** The latest and the default version of every launch template, those that services manage as well. */
export function readTemplates(aws: Aws, clients: Clients): Promise<TemplateVersion[]> {
  return readVersions(aws, clients, {
    Versions: ['$Latest', '$Default'],
    IncludeManagedResources: true,
    MaxResults: PAGE_SIZE
  })
}

/** Versions of one template, by its id or name, by their numbers; none where it is not there. */
export async function readNumbered(
  aws: Aws,
  clients: Clients,
  template: string,
  versions: readonly string[]
): Promise<TemplateVersion[]> {
  const named = template.startsWith('lt-') ? { LaunchTemplateId: template } : { LaunchTemplateName: template }
  try {
    return await readVersions(aws, clients, { ...named, Versions: [...versions] })
  } catch (error) {
    if (/^InvalidLaunchTemplate\w*\.(?:NotFound|VersionNotFound)/.test(serviceErrorName(error))) return []
    throw error
  }
}

async function readVersions(
  aws: Aws,
  { ec2, region }: Clients,
  request: DescribeLaunchTemplateVersionsRequest
): Promise<TemplateVersion[]> {
  const found: TemplateVersion[] = []
  const read = (from: object) => ec2.send(new DescribeLaunchTemplateVersionsCommand({ ...request, ...from }))
  for await (const { LaunchTemplateVersions = [] } of readPages(aws, `the launch templates of ${region}`, read)) {
    found.push(...LaunchTemplateVersions.map(toVersion))
  }
  return found
}

const toVersion = (version: LaunchTemplateVersion): TemplateVersion => ({
  templateId: version.LaunchTemplateId ?? '',
  name: version.LaunchTemplateName ?? '',
  version: version.VersionNumber ?? 0,
  isDefault: version.DefaultVersion ?? false,
  ...(version.LaunchTemplateData?.ImageId && { image: version.LaunchTemplateData.ImageId })
})

/**
 * The images that parameters hold now, by reference; EC2 reads them one version at a time. One that holds no image is
 * left out.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html (ResolveAlias)
 */
export async function resolveReferences(
  aws: Aws,
  clients: Clients,
  versions: readonly TemplateVersion[]
): Promise<Map<string, string>> {
  const byReference = new Map(
    versions.flatMap(version => (version.image && isReference(version.image) ? [[version.image, version]] : []))
  )
  const resolved = await Promise.all(
    [...byReference].map(async ([reference, version]) => [reference, await resolve(aws, clients, version)] as const)
  )
  return new Map(resolved.flatMap(([reference, image]) => (image ? [[reference, image]] : [])))
}

async function resolve(
  aws: Aws,
  { ec2, region }: Clients,
  { templateId, version }: TemplateVersion
): Promise<string | undefined> {
  const request = { LaunchTemplateId: templateId, Versions: [String(version)], ResolveAlias: true }
  const send = () => ec2.send(new DescribeLaunchTemplateVersionsCommand(request))
  try {
    const { LaunchTemplateVersions: [found] = [] } = await whenNotBusy(aws, `the launch templates of ${region}`, send)
    return found?.LaunchTemplateData?.ImageId
  } catch (error) {
    if (serviceErrorName(error) === 'SsmInvalidParameter') return undefined
    throw error
  }
}
