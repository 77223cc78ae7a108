import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateCommand,
  DeleteLaunchTemplateVersionsCommand,
  DescribeLaunchTemplateVersionsCommand,
  type LaunchTemplateVersion,
  ModifyLaunchTemplateCommand,
  paginateDescribeLaunchTemplateVersions,
  type RequestLaunchTemplateData
} from '@aws-sdk/client-ec2'
import type { Clients } from '../../aws/aws.ts'
import { serviceErrorName } from '../../aws/failure.ts'
import { TAGS, toTagList } from '../../image/tags.ts'
import type { TemplateContent } from './step.ts'

/** A launch template with its versions, the oldest first; without any where there is no such template. */
export interface TemplateFacts {
  /** Its name, or its id, as the recipe has it. */
  readonly template: string
  readonly versions: readonly TemplateVersion[]
}

export interface TemplateVersion {
  readonly number: number
  readonly isDefault: boolean
  readonly imageId?: string
  /** Not encoded. */
  readonly userData?: string
  readonly description: string
}

const isId = (template: string): boolean => template.startsWith('lt-')

const nameOf = (template: string) =>
  isId(template) ? { LaunchTemplateId: template } : { LaunchTemplateName: template }

const NOT_FOUND = /^InvalidLaunchTemplate(?:Name\.NotFoundException|Id\.NotFound)$/

/** Reads all versions of a launch template. */
export async function readTemplate({ ec2 }: Clients, template: string): Promise<TemplateFacts> {
  const versions: LaunchTemplateVersion[] = []
  try {
    const pages = paginateDescribeLaunchTemplateVersions({ client: ec2, pageSize: 200 }, nameOf(template))
    for await (const page of pages) versions.push(...(page.LaunchTemplateVersions ?? []))
  } catch (error) {
    if (!NOT_FOUND.test(serviceErrorName(error))) throw error
  }
  return { template, versions: versions.map(toVersion).sort((a, b) => a.number - b.number) }
}

function toVersion(version: LaunchTemplateVersion): TemplateVersion {
  const { ImageId: imageId, UserData: userData } = version.LaunchTemplateData ?? {}
  return {
    number: version.VersionNumber ?? 0,
    isDefault: version.DefaultVersion === true,
    description: version.VersionDescription ?? '',
    ...(imageId && { imageId }),
    ...(userData && { userData: Buffer.from(userData, 'base64').toString() })
  }
}

/** A template whose first version, the default, has nothing but the image and its user data. */
export async function createTemplate({ ec2 }: Clients, name: string, content: TemplateContent): Promise<void> {
  const request = {
    LaunchTemplateName: name,
    LaunchTemplateData: toData(content),
    TagSpecifications: [{ ResourceType: 'launch-template' as const, Tags: toTagList({ [TAGS.managed]: 'true' }) }]
  }
  await ec2.send(new CreateLaunchTemplateCommand(request))
}

/** Adds a version that differs from its source by the image. Result: its number. */
export async function addVersion(
  { ec2 }: Clients,
  { template, source, ...content }: TemplateContent & { template: string; source: number }
): Promise<number> {
  const request = {
    ...nameOf(template),
    SourceVersion: String(source),
    VersionDescription: describeVersion(source),
    LaunchTemplateData: toData(content)
  }
  const { LaunchTemplateVersion: made } = await ec2.send(new CreateLaunchTemplateVersionCommand(request))
  return made?.VersionNumber ?? 0
}

/** The description of a version of ours keeps which one was the default before: EC2 has no history of it. */
const describeVersion = (previous: number): string => `ami-action: default after version ${previous}`

/** The version that was the default before one of ours; undefined for one that is not ours. */
export function previousDefault({ description }: TemplateVersion): number | undefined {
  const [, previous] = /^ami-action: default after version (\d+)$/.exec(description) ?? []
  return previous === undefined ? undefined : Number(previous)
}

/**
 * Makes a version the default; nothing is changed where it is already.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyLaunchTemplate.html
 */
export async function setDefault({ ec2 }: Clients, template: string, version: number): Promise<void> {
  const request = { ...nameOf(template), Versions: ['$Default'] }
  const { LaunchTemplateVersions: [current] = [] } = await ec2.send(new DescribeLaunchTemplateVersionsCommand(request))
  if (current?.VersionNumber === version) return
  await ec2.send(new ModifyLaunchTemplateCommand({ ...nameOf(template), DefaultVersion: String(version) }))
}

export async function deleteVersion({ ec2 }: Clients, template: string, version: number): Promise<void> {
  await ec2.send(new DeleteLaunchTemplateVersionsCommand({ ...nameOf(template), Versions: [String(version)] }))
}

/** What is gone already is not an error. */
export async function deleteTemplate({ ec2 }: Clients, template: string): Promise<void> {
  try {
    await ec2.send(new DeleteLaunchTemplateCommand(nameOf(template)))
  } catch (error) {
    if (!NOT_FOUND.test(serviceErrorName(error))) throw error
  }
}

const toData = ({ imageId, userData }: TemplateContent): RequestLaunchTemplateData => ({
  ImageId: imageId,
  ...(userData && { UserData: Buffer.from(userData).toString('base64') })
})
