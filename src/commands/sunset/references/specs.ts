import {
  DescribeLaunchTemplateVersionsCommand,
  type LaunchTemplateVersion,
  paginateDescribeLaunchTemplateVersions
} from '@aws-sdk/client-ec2'
import { GetParametersCommand } from '@aws-sdk/client-ssm'
import type { Clients } from '../../../aws/aws.ts'
import { serviceErrorName } from '../../../aws/failure.ts'
import type { Use } from '../facts.ts'
import { idsIn } from '../plan-parameter.ts'
import { collect, eachOf, inParts } from './source.ts'

/** What something launches from: an image, a parameter that holds one, or a version of a launch template. */
export interface Spec {
  readonly by: string
  /** An id, or `resolve:ssm:…`. */
  readonly image?: string | undefined
  readonly template?: TemplateSpec | undefined
}

interface TemplateSpec {
  readonly LaunchTemplateId?: string | undefined
  readonly LaunchTemplateName?: string | undefined
  readonly Version?: string | undefined
}

const ALIAS = 'resolve:ssm:'

/** The images behind specifications. */
export async function usesOf(clients: Clients, specs: readonly Spec[]): Promise<Use[]> {
  const pinned = await readPinned(clients, specs)
  const all = [...specs, ...pinned]
  const aliases = await readAliases(clients, all.flatMap(({ image }) => image ?? []).filter(isAlias))
  return all.flatMap(({ by, image = '' }) => {
    const held = isAlias(image) ? (aliases.get(image) ?? '') : image
    return idsIn(held).map(imageId => ({ imageId, by: held === image ? by : `${by}, by way of ${image}` }))
  })
}

const isAlias = (image: string): boolean => image.startsWith(ALIAS)

/** The newest and the default versions of all templates are a source of their own: here are those with a number. */
async function readPinned(clients: Clients, specs: readonly Spec[]): Promise<Spec[]> {
  const byTemplate = new Map<string, { by: string; template: TemplateSpec; versions: Set<string> }>()
  for (const { by, template } of specs) {
    const key = template?.LaunchTemplateId ?? template?.LaunchTemplateName
    const { Version: version = '' } = template ?? {}
    if (!template || !key || !/^\d+$/.test(version)) continue
    const known = byTemplate.get(key) ?? { by, template, versions: new Set() }
    known.versions.add(version)
    byTemplate.set(key, known)
  }
  const found = await eachOf([...byTemplate.values()], async ({ by, template, versions }) =>
    (await readVersions(clients, template, [...versions])).map(version => ({ ...specOf(version), by }))
  )
  return found.flat()
}

const GONE = /^InvalidLaunchTemplate(?:Id|Name)\.(?:NotFound\w*|VersionNotFound)$/

/** A version that is gone launches nothing. */
async function readVersions(
  { ec2 }: Clients,
  { LaunchTemplateId: id, LaunchTemplateName: name }: TemplateSpec,
  versions: string[]
): Promise<LaunchTemplateVersion[]> {
  const named = id ? { LaunchTemplateId: id } : { LaunchTemplateName: name }
  try {
    const command = new DescribeLaunchTemplateVersionsCommand({ ...named, Versions: versions })
    return (await ec2.send(command)).LaunchTemplateVersions ?? []
  } catch (error) {
    if (GONE.test(serviceErrorName(error))) return []
    throw error
  }
}

/** The versions of all templates that are launched where no number is given. */
export async function readLiveVersions({ ec2 }: Clients): Promise<LaunchTemplateVersion[]> {
  const request = { Versions: ['$Latest', '$Default'], IncludeManagedResources: true }
  const pages = paginateDescribeLaunchTemplateVersions({ client: ec2, pageSize: 200 }, request)
  return collect(pages, page => page.LaunchTemplateVersions)
}

export const specOf = (version: LaunchTemplateVersion): Spec => ({
  by: `version ${version.VersionNumber} of the launch template ${version.LaunchTemplateName}`,
  image: version.LaunchTemplateData?.ImageId
})

const MAX_NAMES = 10

/** What the parameters hold that are launched from; one that is not there launches nothing. */
async function readAliases({ ssm }: Clients, aliases: readonly string[]): Promise<Map<string, string>> {
  const names = [...new Set(aliases)].map(alias => alias.slice(ALIAS.length))
  const answers = await eachOf(inParts(names, MAX_NAMES), Names => ssm.send(new GetParametersCommand({ Names })))
  const found = answers.flatMap(({ Parameters = [] }) => Parameters)
  return new Map(
    found.flatMap(({ Name = '', ARN = '', Selector: selector = '', Value = '' }) =>
      [Name, ARN].map(name => [`${ALIAS}${name}${selector}`, Value] as const)
    )
  )
}
