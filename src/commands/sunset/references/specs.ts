import {
  DescribeLaunchTemplateVersionsCommand,
  type LaunchTemplateVersion,
  paginateDescribeLaunchTemplateVersions
} from '@aws-sdk/client-ec2'
import { GetParametersCommand } from '@aws-sdk/client-ssm'
import type { Clients } from '../../../aws/aws.ts'
import { serviceErrorName } from '../../../aws/failure.ts'
import type { Use } from '../facts.ts'
import { idsIn } from '../plan/plan-parameter.ts'
import { collect, eachOf, inParts, type Reading } from './source.ts'

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
export async function usesOf(reading: Reading, specs: readonly Spec[]): Promise<Use[]> {
  const { clients } = reading
  const pinned = await readPinned(reading, specs)
  const all = [...specs, ...pinned]
  const aliases = await readAliases(clients, all.flatMap(({ image }) => image ?? []).filter(isAlias))
  return all.flatMap(({ by, image = '' }) => {
    const held = isAlias(image) ? (aliases.get(image) ?? '') : image
    return idsIn(held).map(imageId => ({ imageId, by: held === image ? by : `${by}, by way of ${image}` }))
  })
}

const isAlias = (image: string): boolean => image.startsWith(ALIAS)

interface Pinned {
  readonly template: TemplateSpec
  readonly bys: ReadonlyMap<string, string>
}

/** Versions with a number: most are among those that are launched where none is given, and known already. */
async function readPinned({ clients, liveVersions }: Reading, specs: readonly Spec[]): Promise<Spec[]> {
  const numbered = specs.filter(({ template }) => /^\d+$/.test(template?.Version ?? ''))
  if (numbered.length === 0) return []
  const live = new Map((await liveVersions()).flatMap(version => keysOf(version).map(key => [key, version] as const)))
  const known = numbered.flatMap(({ by, template = {} }) => {
    const version = live.get(keyOf(template))
    return version ? [{ ...specOf(version), by }] : []
  })
  const others = numbered.filter(({ template = {} }) => !live.has(keyOf(template)))
  const found = await eachOf(groupByTemplate(others), ({ template, bys }) => readNumbered(clients, template, bys))
  return [...known, ...found.flat()]
}

const keyOf = ({ LaunchTemplateId: id, LaunchTemplateName: name, Version: version }: TemplateSpec): string =>
  `${id ?? name} ${version}`

const keysOf = ({ LaunchTemplateId: id, LaunchTemplateName: name, VersionNumber: version }: LaunchTemplateVersion) => [
  `${id} ${version}`,
  `${name} ${version}`
]

function groupByTemplate(specs: readonly Spec[]): Pinned[] {
  const groups = new Map<string, { template: TemplateSpec; bys: Map<string, string> }>()
  for (const { by, template = {} } of specs) {
    const key = template.LaunchTemplateId ?? template.LaunchTemplateName ?? ''
    const group = groups.get(key) ?? { template, bys: new Map() }
    group.bys.set(template.Version ?? '', by)
    groups.set(key, group)
  }
  return [...groups.values()]
}

async function readNumbered(clients: Clients, template: TemplateSpec, bys: Pinned['bys']): Promise<Spec[]> {
  const versions = await readVersions(clients, template, [...bys.keys()])
  return versions.map(version => ({ ...specOf(version), by: bys.get(String(version.VersionNumber)) ?? '' }))
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
