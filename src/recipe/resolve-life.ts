import { ENFORCE, FINDINGS, SUNSET, secondsOf } from './defaults.ts'
import type { Enforce, Findings, Publish, RegionTarget, Sunset } from './recipe.ts'
import type { WrittenRecipe } from './schema.ts'

/** The regions of the recipe; the input `regions`, where given, says which of them, and may add others. */
export function resolveRegions(
  written: WrittenRecipe['regions'],
  asked: readonly string[]
): Readonly<Record<string, RegionTarget>> {
  const names = asked.length > 0 ? asked : Object.keys(written ?? {})
  return Object.fromEntries(names.map(name => [name, { kmsKeys: written?.[name]?.['kms-keys'] ?? {} }]))
}

/** How images are published; what is not written is left out, no rings is an empty list. */
export function resolvePublish(written: WrittenRecipe['publish']): Publish {
  const template = written?.['launch-template']
  return {
    rings: written?.rings ?? [],
    instanceRefresh: written?.['instance-refresh'] ?? [],
    ...(written?.ssm && { ssm: written.ssm }),
    ...(template && { launchTemplate: template })
  }
}

/** Which findings of a scan fail `verify`, with the defaults for what is not written. */
export function resolveFindings(written: NonNullable<WrittenRecipe['verify']>['findings']): Findings {
  return {
    failOn: written?.['fail-on'] ?? FINDINGS.failOn,
    fixAvailable: written?.['fix-available'] ?? FINDINGS.fixAvailable,
    unscanned: written?.unscanned ?? FINDINGS.unscanned,
    waivers: written?.waivers ?? FINDINGS.waivers
  }
}

/** What is done about instances without an approved image, with the defaults for what is not written. */
export function resolveEnforce({ family, enforce: written }: WrittenRecipe): Enforce {
  return {
    mode: written?.mode ?? ENFORCE.mode,
    graceSeconds: seconds(written?.grace, ENFORCE.graceSeconds),
    maxInstances: written?.['max-instances'] ?? ENFORCE.maxInstances,
    maxPercent: written?.['max-percent'] ?? ENFORCE.maxPercent,
    snapshotFirst: written?.['snapshot-first'] ?? ENFORCE.snapshotFirst,
    immediate: written?.immediate ?? ENFORCE.immediate,
    exclude: written?.exclude ?? ENFORCE.exclude,
    approve: {
      families: written?.approve?.families ?? [family],
      owners: written?.approve?.owners ?? [],
      images: written?.approve?.images ?? []
    }
  }
}

/** When images go out of use, with the defaults for what is not written. */
export function resolveSunset(written: WrittenRecipe['sunset']): Sunset {
  return {
    keep: written?.keep ?? SUNSET.keep,
    disableAfterSeconds: seconds(written?.['disable-after'], SUNSET.disableAfterSeconds),
    deregisterAfterSeconds: seconds(written?.['deregister-after'], SUNSET.deregisterAfterSeconds),
    idleSeconds: seconds(written?.idle, SUNSET.idleSeconds),
    maxImages: written?.['max-images'] ?? SUNSET.maxImages,
    maxPercent: written?.['max-percent'] ?? SUNSET.maxPercent,
    inUseFloor: written?.['in-use-floor'] ?? SUNSET.inUseFloor,
    allowPermanent: written?.['allow-permanent'] ?? SUNSET.allowPermanent,
    unused: written?.unused ?? SUNSET.unused
  }
}

const seconds = (duration: string | undefined, otherwise: number): number =>
  duration === undefined ? otherwise : secondsOf(duration)
