import { DEFAULT_NAME_TEMPLATE } from '../image/name.ts'
import type { Inputs } from '../run.ts'
import type { Context } from './context.ts'
import { REBUILD_BEFORE_SECONDS, secondsOf, VALID_FOR_SECONDS } from './defaults.ts'
import { patchStep } from './patch-step.ts'
import type { Builder, Provision, Recipe } from './recipe.ts'
import { resolveEnforce, resolveFindings, resolvePublish, resolveRegions, resolveSunset } from './resolve-life.ts'
import { resolveBase, resolveBuilder, resolveVolumes } from './resolve-parts.ts'
import { resolveSteps, resolveTests } from './resolve-steps.ts'
import type { WrittenRecipe } from './schema.ts'

/** The inputs that stand above the recipe: which regions count, one key for every volume, more tags. */
type Overrides = Pick<Inputs, 'regions' | 'kmsKey' | 'tags'>

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html (16 KB) */
const MAX_USER_DATA_BYTES = 16 * 1024

/** The recipe with its defaults, its files read, and the inputs that stand above it. */
export function resolveRecipe(context: Context, written: WrittenRecipe, overrides: Overrides): Recipe {
  const base = resolveBase(context, written.base)
  const builder = resolveBuilder(written.builder)
  const userData = written.launch?.['user-data']
  const allowedImages = written['allowed-images']
  return {
    ...resolveLife(written, overrides),
    file: context.source.file,
    family: written.family,
    name: written.name ?? DEFAULT_NAME_TEMPLATE,
    purpose: written.purpose ?? (base.kind === 'instance' ? 'backup' : 'image'),
    base,
    builder,
    volumes: resolveVolumes(context, written.volumes, overrides.kmsKey),
    provision: resolveProvision(context, written.provision, builder),
    test: resolveTests(context, ['test'], written.test),
    ...(overrides.kmsKey && { kmsKey: overrides.kmsKey }),
    ...(userData && { launchUserData: context.readText(['launch', 'user-data'], userData, MAX_USER_DATA_BYTES) }),
    ...(allowedImages && { allowedImages })
  }
}

function resolveProvision(
  context: Context,
  { via, patch = false, steps }: NonNullable<WrittenRecipe['provision']> = {},
  { instanceProfile }: Builder
): Provision {
  const asked = resolveSteps(context, ['provision', 'steps'], steps)
  return {
    via: via ?? (instanceProfile ? 'ssm' : 'user-data'),
    patch,
    steps: patch ? [patchStep(context.source.placeOf(['provision', 'patch'])), ...asked] : asked
  }
}

/** What concerns the image once it is baked. */
function resolveLife(written: WrittenRecipe, { regions, tags }: Overrides) {
  const { strategy, copy } = written
  const [validFor, rebuildBefore] = [written['valid-for'], written['rebuild-before']]
  return {
    strategy,
    validForSeconds: validFor ? secondsOf(validFor) : VALID_FOR_SECONDS[strategy],
    rebuildBeforeSeconds: rebuildBefore ? secondsOf(rebuildBefore) : REBUILD_BEFORE_SECONDS,
    regions: resolveRegions(written.regions, regions),
    share: { accounts: written.share?.accounts ?? [], organizations: written.share?.organizations ?? [] },
    publish: resolvePublish(written.publish),
    copy: copy?.completion ? { completionSeconds: secondsOf(copy.completion) } : {},
    verify: { findings: resolveFindings(written.verify?.findings), checks: written.verify?.checks ?? {} },
    enforce: resolveEnforce(written),
    sunset: resolveSunset(written.sunset),
    tags: { ...written.tags, ...tags }
  }
}
