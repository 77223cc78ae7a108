import { createHash } from 'node:crypto'
import type { Recipe, Step, Volume } from './recipe.ts'

/** What the recipe's base turned out to be. */
interface ResolvedBase {
  readonly baseImageId: string
  readonly architecture: string
}

/** Raised when the action seals or provisions differently, so that the same recipe makes another image. */
const CONTENT_VERSION = 1

/**
 * The digest of what is in an image: base, volumes with their keys, provisioning, sealing, launch user data. What is
 * done with the image afterwards (regions, sharing, publishing, validity, tags) does not count. Result: SHA-256, 64
 * hexadecimal digits.
 */
export function digestRecipe(recipe: Recipe, { baseImageId, architecture }: ResolvedBase): string {
  const content = {
    version: CONTENT_VERSION,
    base: baseImageId,
    architecture,
    purpose: recipe.purpose,
    kmsKey: recipe.kmsKey,
    volumes: recipe.volumes.map(contentOfVolume).sort((a, b) => (a.device < b.device ? -1 : 1)),
    steps: recipe.provision.steps.map(contentOfStep),
    launchUserData: recipe.launchUserData
  }
  return createHash('sha256').update(toCanonicalJson(content)).digest('hex')
}

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
