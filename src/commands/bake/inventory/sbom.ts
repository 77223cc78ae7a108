import { ComponentType } from '@cyclonedx/cyclonedx-library/Enums'
import { Bom, Component } from '@cyclonedx/cyclonedx-library/Models'
import { JSON as CycloneDx, JsonSerializer } from '@cyclonedx/cyclonedx-library/Serialize'
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec'
import { PackageURL } from 'packageurl-js'
import type { Inventory, Package, System } from './packages.ts'

/** The image that an inventory is of. */
export interface ImageName {
  readonly name: string
  readonly imageId: string
}

/**
 * The inventory of an image as CycloneDX 1.6 in JSON. Scanners tell packages by their package URLs.
 *
 * @see https://cyclonedx.org/docs/1.6/json/
 * @see https://github.com/package-url/purl-spec/blob/main/PURL-TYPES.rst
 */
export function toSbom({ name, imageId }: ImageName, { system, packages }: Inventory): string {
  const bom = new Bom()
  bom.metadata.component = new Component(ComponentType.OperatingSystem, name, { version: imageId, bomRef: imageId })
  for (const each of packages) bom.components.add(toComponent(each, system))
  const json = new CycloneDx.Normalize.Factory(Spec1dot6)
  return new JsonSerializer(json).serialize(bom, { sortLists: true, space: 1 })
}

function toComponent(each: Package, system: System): Component {
  const purl = toPackageUrl(each, system)
  return new Component(ComponentType.Library, each.name, { version: each.version, purl, bomRef: purl })
}

function toPackageUrl({ kind, name, version, architecture }: Package, { id, version: release }: System): string {
  if (kind !== 'rpm' && kind !== 'deb') {
    return new PackageURL('generic', `windows/${kind}`, name, version || null, null, null).toString()
  }
  const [, epoch, rest = ''] = /^(?:(\d+):)?(.*)$/.exec(version) ?? []
  const isSplit = kind === 'rpm' && epoch !== undefined
  const qualifiers = {
    arch: architecture,
    ...(id && { distro: release ? `${id}-${release}` : id }),
    ...(isSplit && { epoch })
  }
  return new PackageURL(kind, id || null, name, isSplit ? rest : version, qualifiers, null).toString()
}
