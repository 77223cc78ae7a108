import type {
  DisableFastSnapshotRestoresRequest,
  DisableFastSnapshotRestoresResult,
  EnableFastSnapshotRestoresRequest,
  EnableFastSnapshotRestoresResult
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler } from '../../handler.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import { zonesOf } from '../../world/regions.ts'
import { stopDryRun } from '../dryrun.ts'
import { select } from '../lookup.ts'
import { canUseSnapshot, checkUsable } from './access.ts'
import { disableFastRestore, enableFastRestore } from './fast-restore-life.ts'
import type { FastRestoreRecord } from './fast-restore-record.ts'

interface Request {
  readonly AvailabilityZones?: readonly string[] | undefined
  readonly AvailabilityZoneIds?: readonly string[] | undefined
  readonly SourceSnapshotIds: readonly string[] | undefined
}

/**
 * Enables fast snapshot restore of own and shared snapshots in zones: each pair is enabling, then optimizing, for 60
 * minutes per TiB, then enabled.
 *
 * @lacks AvailabilityZoneIds; the quota of snapshots; credits and cost
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableFastSnapshotRestores.html
 */
export const enableFastSnapshotRestores: Handler<
  EnableFastSnapshotRestoresRequest,
  EnableFastSnapshotRestoresResult
> = (input, call) => {
  const { snapshots, zones } = readPairs(input, call)
  for (const snapshot of snapshots) checkUsable(snapshot)
  stopDryRun(input)
  const Successful = pairs(snapshots, zones).map(([record, zone]) => enableFastRestore(record, zone, call).item)
  return { Successful, Unsuccessful: [] }
}

/**
 * Disables fast snapshot restore. A pair that is not enabled is answered among the unsuccessful ones.
 *
 * @lacks AvailabilityZoneIds
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableFastSnapshotRestores.html
 */
export const disableFastSnapshotRestores: Handler<
  DisableFastSnapshotRestoresRequest,
  DisableFastSnapshotRestoresResult
> = (input, call) => {
  const { snapshots, zones } = readPairs(input, call)
  stopDryRun(input)
  const found = pairs(snapshots, zones).map(([{ snapshot }, zone]) => {
    const restore = call.region.fastRestores.get(`${snapshot.SnapshotId}/${zone}/${call.account}`)
    return { id: snapshot.SnapshotId, zone, restore: restore && isOn(restore) ? restore : undefined }
  })
  const Successful = found.flatMap(({ restore }) => (restore ? disableFastRestore(restore, call).item : []))
  const missing = found.filter(({ restore }) => !restore)
  return { Successful, Unsuccessful: missing.map(({ id, zone }) => notEnabled(id, zone)) }
}

/** Disables fast restore of a snapshot that is deleted or archived, in all zones and for all accounts. */
export function disableFastRestores({ snapshot }: SnapshotRecord, call: Call): void {
  for (const restore of call.region.fastRestores.values()) {
    if (restore.item.SnapshotId === snapshot.SnapshotId && isOn(restore)) disableFastRestore(restore, call)
  }
}

const isOn = ({ item }: FastRestoreRecord): boolean => item.State !== 'disabling' && item.State !== 'disabled'

function readPairs(input: Request, call: Call): { snapshots: SnapshotRecord[]; zones: readonly string[] } {
  const { AvailabilityZones: zones, AvailabilityZoneIds: zoneIds, SourceSnapshotIds: ids } = input
  if (zoneIds?.length) throw new ServiceError('UnsupportedOperation', 'Name zones by AvailabilityZone')
  if (!zones?.length) throw missingParameter('AvailabilityZone')
  if (!ids?.length) throw missingParameter('SourceSnapshotId')
  const there = zonesOf(call.region.name)
  const unknown = zones.find(zone => !there.includes(zone))
  if (unknown !== undefined) throw invalidValue('AvailabilityZone', unknown, `one of ${there.join(', ')}`)
  return { snapshots: select('snapshot', ids, call.region.snapshots, each => canUseSnapshot(each, call)), zones }
}

const pairs = <A, B>(left: readonly A[], right: readonly B[]): [A, B][] =>
  left.flatMap(a => right.map((b): [A, B] => [a, b]))

const notEnabled = (SnapshotId: string, AvailabilityZone: string) => ({
  SnapshotId,
  FastSnapshotRestoreStateErrors: [
    {
      AvailabilityZone,
      Error: {
        Code: 'InvalidState',
        Message: 'Fast snapshot restore is not enabled for this snapshot in this Availability Zone'
      }
    }
  ]
})
