import { AmiError } from '../../../errors.ts'
import type { ReferenceSource } from '../../../image/reference-sources.ts'
import type { SourceFacts } from '../facts.ts'
import { AUTO_SCALING_GROUPS } from './auto-scaling-groups.ts'
import { BAKED_IMAGES } from './baked-images.ts'
import { FAST_LAUNCH } from './fast-launch.ts'
import { FLEETS } from './fleets.ts'
import { INSTANCES } from './instances.ts'
import { LAUNCH_CONFIGURATIONS } from './launch-configurations.ts'
import { LAUNCH_TEMPLATES } from './launch-templates.ts'
import { PARAMETERS } from './parameters.ts'
import { REPOSITORY } from './repository.ts'
import type { Reading, Source } from './source.ts'
import { SPOT_FLEETS } from './spot-fleets.ts'
import { SPOT_REQUESTS } from './spot-requests.ts'

const SOURCES: readonly Source[] = [
  INSTANCES,
  LAUNCH_TEMPLATES,
  LAUNCH_CONFIGURATIONS,
  AUTO_SCALING_GROUPS,
  FLEETS,
  SPOT_FLEETS,
  SPOT_REQUESTS,
  PARAMETERS,
  FAST_LAUNCH,
  BAKED_IMAGES,
  REPOSITORY
]

/** Asks every source that the recipe does not declare unused; one that fails is known to be missing. */
export function readSources(reading: Reading, unused: readonly ReferenceSource[]): Promise<SourceFacts[]> {
  return Promise.all(SOURCES.filter(({ name }) => !unused.includes(name)).map(source => readSource(source, reading)))
}

async function readSource({ name, read }: Source, reading: Reading): Promise<SourceFacts> {
  try {
    return { name, uses: await read(reading) }
  } catch (error) {
    reading.signal.throwIfAborted()
    if (!(error instanceof AmiError)) throw error
    return { name, uses: [], missing: error }
  }
}
