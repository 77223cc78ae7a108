import type { Aws, Clients } from '../../aws/aws.ts'
import type { LaunchSource } from './facts.ts'
import { type GroupFacts, type NamedVersion, readGroups } from './observe-groups.ts'
import {
  isReference,
  readNumbered,
  readTemplates,
  resolveReferences,
  type TemplateVersion
} from './observe-templates.ts'

/** What instances would be launched from at a place: the latest and default versions of launch templates, and groups. */
export async function readSources(aws: Aws, clients: Clients): Promise<LaunchSource[]> {
  const [templates, groups] = await Promise.all([readTemplates(aws, clients), readGroups(aws, clients)])
  const numbered = await readMissing(aws, clients, templates, groups)
  const versions = [...templates, ...numbered]
  const resolved = await resolveReferences(aws, clients, versions)
  const toImage = (image: string): string[] =>
    (isReference(image) ? [resolved.get(image)] : [image]).flatMap(id => id ?? [])
  const ofTemplates = new Map(templates.flatMap(version => toSource(version, toImage)))
  return [...ofTemplates.values(), ...groups.map(group => ofGroup(group, versions, toImage))]
}

/** The versions that groups name by a number, and that are neither the latest nor the default. */
async function readMissing(
  aws: Aws,
  clients: Clients,
  known: readonly TemplateVersion[],
  groups: readonly GroupFacts[]
): Promise<TemplateVersion[]> {
  const missing = groups
    .flatMap(({ templates }) => templates)
    .filter(({ version }) => !version.startsWith('$'))
    .filter(named => !known.some(each => isNamed(each, named)))
  const templates = [...new Set(missing.map(({ template }) => template))]
  const read = (template: string) => {
    const numbers = missing.filter(each => each.template === template).map(({ version }) => version)
    return readNumbered(aws, clients, template, [...new Set(numbers)])
  }
  return (await Promise.all(templates.map(read))).flat()
}

const isOf = ({ templateId, name }: TemplateVersion, { template }: NamedVersion): boolean =>
  templateId === template || name === template

const isNamed = (version: TemplateVersion, named: NamedVersion): boolean =>
  isOf(version, named) && String(version.version) === named.version

/** A template without an image launches none by itself. */
function toSource(
  { templateId, name, version, isDefault, image }: TemplateVersion,
  toImage: (image: string) => string[]
): [string, LaunchSource][] {
  if (!image) return []
  const by = `${isDefault ? 'default' : 'latest'} version ${version}`
  const source = {
    kind: 'launch template',
    name,
    by,
    imageIds: toImage(image),
    usesParameter: isReference(image)
  } as const
  return [[`${templateId} ${version}`, source]]
}

/** What is not known of one of its parts makes all of it unknown. */
function ofGroup(
  group: GroupFacts,
  versions: readonly TemplateVersion[],
  toImage: (image: string) => string[]
): LaunchSource {
  const found = group.templates.map(named => findVersion(versions, named)?.image)
  const named = found.flatMap(image => image ?? [])
  const images = named.map(toImage)
  // Where overrides name the images, the templates need not.
  const isKnown =
    !group.isBroken && images.every(each => each.length > 0) && (group.images.length > 0 || found.every(Boolean))
  return {
    kind: 'Auto Scaling group',
    name: group.name,
    by: group.by,
    imageIds: isKnown ? [...new Set([...images.flat(), ...group.images])] : [],
    usesParameter: named.some(isReference)
  }
}

function findVersion(versions: readonly TemplateVersion[], named: NamedVersion): TemplateVersion | undefined {
  const own = versions.filter(version => isOf(version, named))
  if (named.version === '$Default') return own.find(({ isDefault }) => isDefault)
  if (named.version === '$Latest') return [...own].sort((a, b) => b.version - a.version)[0]
  return own.find(each => isNamed(each, named))
}
