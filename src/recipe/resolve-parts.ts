import type { Place } from '../errors.ts'
import type { Context } from './context.ts'
import { secondsOf } from './defaults.ts'
import type { Base, Builder, Selector, SnapshotBase, Volume } from './recipe.ts'
import type { WrittenRecipe } from './schema.ts'

type WrittenBase = WrittenRecipe['base']
type WrittenSelector = NonNullable<NonNullable<WrittenRecipe['builder']>['subnets']>[number]

/** The schema has made sure that there is exactly one kind. */
export function resolveBase(context: Context, written: WrittenBase): Base {
  const place = context.source.placeOf(['base'])
  if (written.instance) return { kind: 'instance', id: written.instance, reboot: written.reboot ?? 'stop', place }
  if (written.snapshot) return resolveSnapshot(written, written.snapshot, place)
  const maxAge = written['max-age']
  const image = {
    stale: written.stale ?? ('refuse' as const),
    place,
    ...(maxAge && { maxAgeSeconds: secondsOf(maxAge) })
  }
  if (written.id) return { kind: 'id', id: written.id, ...image }
  if (written.ssm) return { kind: 'ssm', parameter: written.ssm, ...image }
  const { owners = [], name = '', architecture } = written
  return { kind: 'filter', owners, name, ...image, ...(architecture && { architecture }) }
}

/** New images have IMDSv2 and ENA unless the recipe says otherwise. */
function resolveSnapshot(written: WrittenBase, id: string, place: Place): SnapshotBase {
  const { architecture = 'x86_64', tpm, imds, ena = true, 'boot-mode': bootMode } = written
  return {
    kind: 'snapshot',
    id,
    architecture,
    ena,
    rootDevice: written['root-device'] ?? '/dev/xvda',
    place,
    ...(bootMode && { bootMode }),
    ...(tpm && { tpm }),
    ...(imds !== 'optional' && { imds: 'v2.0' as const })
  }
}

/** The instance types stay empty where none are named: those to try depend on the base's architecture. */
export function resolveBuilder(written: WrittenRecipe['builder']): Builder {
  const profile = written?.['instance-profile']
  const boost = written?.boost
  return {
    instanceTypes: written?.['instance-types'] ?? [],
    spot: written?.spot ?? 'never',
    subnets: (written?.subnets ?? []).map(resolveSelector),
    securityGroups: (written?.['security-groups'] ?? []).map(resolveSelector),
    publicIp: written?.['public-ip'] ?? false,
    ...(profile && { instanceProfile: profile }),
    ...(boost && { boost: { iops: boost.iops, throughputMiBps: boost.throughput } })
  }
}

const resolveSelector = (written: WrittenSelector): Selector =>
  typeof written === 'string' ? written : { tags: written.tag }

/** The volumes, all with the key of the input `kms-key` where one is given. */
export function resolveVolumes(context: Context, written: WrittenRecipe['volumes'], kmsKey?: string): Volume[] {
  return (written ?? []).map((volume, index) => {
    const { device, size, type, iops, throughput } = volume
    const key = kmsKey ?? volume['kms-key']
    const deleteOnTermination = volume['delete-on-termination']
    return {
      device,
      place: context.source.placeOf(['volumes', index]),
      ...(size !== undefined && { sizeGiB: size }),
      ...(type && { type }),
      ...(iops !== undefined && { iops }),
      ...(throughput !== undefined && { throughputMiBps: throughput }),
      ...(key && { kmsKey: key }),
      ...(deleteOnTermination !== undefined && { deleteOnTermination })
    }
  })
}
