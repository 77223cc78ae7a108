import type { Snapshot } from '@aws-sdk/client-ec2'
import type { Call } from '../../handler.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import { tagSet } from '../tags.ts'
import { fullSizeBytes } from './full-size.ts'
import { progressOf } from './progress.ts'

/** A snapshot as EC2 shows it to the caller: tags to their owner only. */
export const describeSnapshot = (record: SnapshotRecord, { account, now }: Call): Snapshot => ({
  ...record.snapshot,
  Progress: progressOf(record, now),
  FullSnapshotSizeInBytes: fullSizeBytes(record),
  Tags: tagSet(record, account)
})

/**
 * A snapshot in the answer to the request that creates it, which shows its tags also where there are none, and not its
 * data key.
 *
 * @see https://docs.aws.amazon.com/cli/latest/reference/ec2/create-snapshot.html#examples
 */
export function describeNewSnapshot(record: SnapshotRecord, call: Call): Snapshot {
  const snapshot = describeSnapshot(record, call)
  return { ...snapshot, DataEncryptionKeyId: undefined, Tags: snapshot.Tags ?? [] }
}
