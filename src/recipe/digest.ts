import { createHash } from 'node:crypto'
import type { Recipe, Step, Volume } from './recipe.ts'

/** What the recipe's base turned out to be. */
interface ResolvedBase {
  readonly baseImageId: string
  readonly architecture: string
}

/** Raised when the action seals or provisions differently, so that the same recipe makes another image. */
const CONTENT_VERSION = 1

/** What is in an image, part by part; what is done with it afterwards (regions, sharing, validity, tags) does not count. */
const PARTS = {
  base: (_: Recipe, base: ResolvedBase) => base,
  volumes: ({ kmsKey, volumes }: Recipe) => ({
    kmsKey,
    volumes: volumes.map(contentOfVolume).sort((a, b) => (a.device < b.device ? -1 : 1))
  }),
  provision: ({ provision }: Recipe) => provision.steps.map(contentOfStep),
  seal: ({ purpose }: Recipe) => ({ version: CONTENT_VERSION, purpose }),
  launch: ({ launchUserData }: Recipe) => launchUserData
}

/** What tells an image's content apart. */
export interface ContentDigest {
  /** 64 hexadecimal digits. */
  readonly digest: string
  /** A short digest of each part. */
  readonly parts: string
}

/** The digests of an image's content, as a whole and by part. */
export const digestContent = (recipe: Recipe, base: ResolvedBase): ContentDigest => ({
  digest: digestRecipe(recipe, base),
  parts: digestParts(recipe, base)
})

/** The digest of an image's content. Result: SHA-256, 64 hexadecimal digits. */
export const digestRecipe = (recipe: Recipe, base: ResolvedBase): string => sha256(partsOf(recipe, base))

/**
 * A short digest of each part of the content, such as `base=1a2b3c4d,volumes=…`: short enough for a tag, enough to say
 * what changed.
 */
export const digestParts = (recipe: Recipe, base: ResolvedBase): string =>
  Object.entries(partsOf(recipe, base))
    .map(([name, content]) => `${name}=${sha256(content ?? null).slice(0, 8)}`)
    .join(',')

/** The parts of the later one of two such digests that the earlier one has not, or has otherwise. */
export function compareParts(before: string, after: string): string[] {
  const known = readParts(before)
  return [...readParts(after)].filter(([name, digest]) => known.get(name) !== digest).map(([name]) => name)
}

const readParts = (parts: string): Map<string, string> =>
  new Map(
    parts.split(',').map(part => {
      const [name = '', digest = ''] = part.split('=')
      return [name, digest]
    })
  )

const partsOf = (recipe: Recipe, base: ResolvedBase): Record<string, unknown> =>
  Object.fromEntries(Object.entries(PARTS).map(([name, contentOf]) => [name, contentOf(recipe, base)]))

const sha256 = (content: unknown): string => createHash('sha256').update(toCanonicalJson(content)).digest('hex')

const contentOfVolume = ({ place: _, ...volume }: Volume) => volume

/** Names and time-outs leave no trace in the image. */
function contentOfStep(step: Step): object {
  if (step.kind === 'run') return { script: step.script, shell: step.shell, env: step.env }
  return step.files.map(({ content, target }) => ({
    target,
    sha256: createHash('sha256').update(content).digest('hex')
  }))
}

/** JSON whose keys are sorted, so that their order in the recipe does not count. */
function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part
  )
}
