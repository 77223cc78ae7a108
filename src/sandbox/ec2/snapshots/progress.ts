import type { SnapshotRecord } from '../../world/records.ts'

/** How far a snapshot is, as EC2 answers it. Nothing says it is done before it is: something may hold it up. */
export function progressOf({ snapshot, completesAt }: SnapshotRecord, now: Date): string | undefined {
  const start = snapshot.StartTime?.getTime()
  const end = completesAt?.getTime()
  if (snapshot.State !== 'pending' || start === undefined || end === undefined) return snapshot.Progress
  return `${percent(start, end, now.getTime())}%`
}

/** How much of a span of time is over, as a whole number from 0 to 99. */
export function percent(start: number, end: number, now: number): number {
  if (end <= start) return 99
  return Math.max(0, Math.min(99, Math.floor(((now - start) / (end - start)) * 100)))
}
