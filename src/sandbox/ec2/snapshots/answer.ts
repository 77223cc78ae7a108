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
