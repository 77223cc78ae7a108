import { ServiceError } from '../errors.ts'
import type { ParameterRecord, ParameterVersion } from '../world/records.ts'
import type { Region } from '../world/region.ts'
import type { World } from '../world/world.ts'
import { versionsOf } from './find-parameter.ts'
import { expireOn } from './parameter-policies.ts'

const MAX_VERSIONS = 100

interface NewVersion {
  readonly ownerId: string
  readonly version: ParameterVersion
  /** Of a new parameter; one that is there keeps its own. */
  readonly tags: ReadonlyMap<string, string>
}

/**
 * Makes a version the latest one. Of more than 100 the oldest goes.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html
 */
export function addVersion({ ownerId, version, tags }: NewVersion, region: Region, world: World): void {
  const key = `${ownerId}/${version.parameter.Name}`
  const previous = region.parameters.get(key)
  const record: ParameterRecord = {
    ...version,
    ownerId,
    tags: previous?.tags ?? new Map(tags),
    sharing: previous?.sharing ?? new Map(),
    earlier: previous ? [...(previous.earlier ?? []), bare(previous)].slice(1 - MAX_VERSIONS) : []
  }
  region.parameters.set(key, record)
  expireOn(record, key, region, world)
}

/** A version without what is the parameter's. */
function bare({ ownerId, tags, sharing, earlier, ...version }: ParameterRecord): ParameterVersion {
  return version
}

/** Refuses a version whose place a labelled one takes. Errors: ParameterMaxVersionLimitExceeded. */
export function checkVersions(record: ParameterRecord | undefined): void {
  const versions = record ? versionsOf(record) : []
  const [oldest] = versions
  if (versions.length < MAX_VERSIONS || !oldest?.labels?.length) return
  const { Name: name, Version: number } = oldest.parameter
  const sentence = `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${number}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`
  throw new ServiceError('ParameterMaxVersionLimitExceeded', sentence)
}
