import { PackageURL } from 'packageurl-js'
import * as z from 'zod/mini'
import { IMAGE_ID } from '../../../image/ids.ts'
import type { Inventory, Package } from './packages.ts'
import type { ImageName } from './sbom.ts'

const SBOM = z.object({
  bomFormat: z.literal('CycloneDX'),
  // Both are said in the log: they are what names of images and their ids are, and nothing else.
  metadata: z.object({
    component: z.object({
      name: z.string().check(z.regex(/^[\w ()[\]./'@-]{1,128}$/)),
      version: z.string().check(z.regex(IMAGE_ID.pattern))
    })
  }),
  components: z.array(z.object({ name: z.string(), version: z._default(z.string(), ''), purl: z.string() }))
})

export interface ReadSbom {
  readonly of: ImageName
  readonly inventory: Inventory
}

/** Reads what `toSbom` has written; pure. Errors: Error, where it is something else. */
export function readSbom(text: string): ReadSbom {
  const { metadata, components } = SBOM.parse(JSON.parse(text))
  const { name, version: imageId } = metadata.component
  const packages = components.map(({ name, version, purl }) => ({ name, version, ...readKind(purl) }))
  return { of: { name, imageId }, inventory: { system: { id: '', version: '' }, packages } }
}

function readKind(purl: string): Pick<Package, 'kind' | 'architecture'> {
  const { type, namespace, qualifiers } = PackageURL.fromString(purl)
  const kind = type === 'generic' ? namespace?.replace('windows/', '') : type
  const known = (['rpm', 'deb', 'feature', 'update', 'program'] as const).find(each => each === kind)
  if (!known) throw new Error(`Expected a package of rpm, dpkg or Windows, found ${purl}`)
  return { kind: known, architecture: qualifiers?.arch ?? '' }
}
