import type { Context } from './context.ts'
import { secondsOf } from './defaults.ts'
import type { Base, Builder, Selector, Volume } from './recipe.ts'
import type { WrittenRecipe } from './schema.ts'

type WrittenBase = WrittenRecipe['base']
type WrittenSelector = NonNullable<NonNullable<WrittenRecipe['builder']>['subnets']>[number]

/** The schema has made sure that there is exactly one kind. */
export function resolveBase(context: Context, written: WrittenBase): Base {
  const place = context.source.placeOf(['base'])
  const age = written['max-age'] ? { maxAgeSeconds: secondsOf(written['max-age']) } : {}
  if (written.id) return { kind: 'id', id: written.id, place, ...age }
  if (written.ssm) return { kind: 'ssm', parameter: written.ssm, place, ...age }
  if (written.instance) return { kind: 'instance', id: written.instance, reboot: written.reboot ?? 'stop', place }
  if (written.snapshot) return { kind: 'snapshot', id: written.snapshot, place }
  const { owners = [], name = '', architecture } = written
  return { kind: 'filter', owners, name, place, ...(architecture && { architecture }), ...age }
}

/** The instance types stay empty where none are named: those to try depend on the base's architecture. */
export function resolveBuilder(written: WrittenRecipe['builder']): Builder {
  const profile = written?.['instance-profile']
  return {
    instanceTypes: written?.['instance-types'] ?? [],
    spot: written?.spot ?? 'never',
    subnets: (written?.subnets ?? []).map(resolveSelector),
    securityGroups: (written?.['security-groups'] ?? []).map(resolveSelector),
    publicIp: written?.['public-ip'] ?? false,
    ...(profile && { instanceProfile: profile })
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
