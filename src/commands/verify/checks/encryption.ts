import type { Recipe } from '../../../recipe/recipe.ts'
import type { ImageFacts } from '../facts.ts'
import { type Check, NOT_APPLICABLE, unless, type Verdict } from './check.ts'

export const ENCRYPTED: Check = {
  id: 'encrypted',
  severity: 'fail',
  expected: 'every volume to be encrypted',
  fix: 'Run `encrypt`.',
  judge: ({ snapshots }) =>
    snapshots.length === 0
      ? NOT_APPLICABLE
      : unless(snapshots.flatMap(({ SnapshotId, Encrypted }) => (Encrypted ? [] : [`${SnapshotId} is not`])))
}

export const KEYS: Check = {
  id: 'keys',
  severity: 'fail',
  expected: 'every volume to be encrypted with the key of the recipe',
  fix: 'Run `encrypt`, or bake again with the recipe as it is now.',
  judge: (facts, recipe) => {
    const asked = recipe ? keysOf(recipe, facts.region) : []
    return asked.length === 0 ? NOT_APPLICABLE : combine(asked.map(each => judgeKey(facts, ...each)))
  }
}

/** The keys that the recipe has for devices in a region: those of the region before those of the volumes. */
export function keysOf({ volumes, regions, kmsKey }: Recipe, region: string): [device: string, key: string][] {
  const ofVolumes = volumes.flatMap(({ device, kmsKey: own }): [string, string][] => {
    const key = own ?? kmsKey
    return key ? [[device, key]] : []
  })
  return Object.entries({ ...Object.fromEntries(ofVolumes), ...regions[region]?.kmsKeys })
}

function judgeKey({ image, snapshots, keys }: ImageFacts, device: string, key: string): Verdict {
  const id = image.BlockDeviceMappings?.find(({ DeviceName: name }) => name === device)?.Ebs?.SnapshotId
  const snapshot = snapshots.find(({ SnapshotId: each }) => each === id)
  const read = keys.get(key)
  if (!read || 'unknown' in read) return { kind: 'unknown', found: `${key} could not be looked up` }
  if (!snapshot) return { kind: 'failed', found: `there is no ${device}` }
  const found = snapshot.KmsKeyId ?? 'no key'
  return unless(read.value?.Arn === found ? [] : [`${device} is encrypted with ${found}, not with ${key}`])
}

function combine(verdicts: readonly Verdict[]): Verdict {
  const failed = verdicts.flatMap(verdict => (verdict.kind === 'failed' ? [verdict.found] : []))
  return failed.length > 0 ? unless(failed) : (verdicts.find(({ kind }) => kind === 'unknown') ?? unless([]))
}
