import type { Difference } from './compare.ts'
import type { ImageName } from './sbom.ts'

/** What there is to tell of the packages of an image; without a list, why there is none. */
export type PackageStory = { readonly missing: string } | KnownPackages

export interface KnownPackages {
  readonly count: number
  /** CycloneDX, as JSON. */
  readonly sbom: string
  /** Beside the previous image; or why it is not known. */
  readonly comparison: Comparison | { readonly missing: string }
}

export interface Comparison {
  readonly with: ImageName
  readonly differences: readonly Difference[]
}
