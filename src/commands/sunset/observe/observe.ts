import type { Aws } from '../../../aws/aws.ts'
import type { Read } from '../../verify/facts.ts'
import type { ImageFacts, PlaceFacts, SnapshotFacts } from '../facts.ts'
import type { Policy } from '../policy.ts'
import { once, type Reading } from '../references/source.ts'
import { readSources } from '../references/sources.ts'
import { readLiveVersions } from '../references/specs.ts'
import { observeImages } from './images.ts'
import { observeMachines } from './machines.ts'
import { observeRecycled, observeRules } from './recycle-bin.ts'
import { observeSnapshots, observeUsedSnapshots } from './snapshots.ts'
import { tryRead } from './try-read.ts'

/** Where to look; without an account, that of the credentials. */
export interface Place {
  readonly region: string
  readonly account?: string
}

/** Reads one place, all at once as far as one read does not need another. What can't be read is unknown. */
export async function observePlace(home: Aws, { region, account }: Place, policy: Policy): Promise<PlaceFacts> {
  const aws = home.as(account)
  const clients = aws.in(region)
  const { signal } = aws
  const liveVersions = once(() => readLiveVersions(clients))
  const reading = { clients, liveVersions, signal, depth: policy.keep, workspace: aws.run.workspace }
  const [stored, sources, bin, recycled, machines] = await Promise.all([
    observeStored(reading, policy.family),
    readSources(reading, policy.unused),
    tryRead(() => observeRules(clients), signal),
    tryRead(() => observeRecycled(clients), signal),
    tryRead(() => observeMachines(clients, policy.family), signal)
  ])
  const [owner] = 'unknown' in stored.images ? [] : stored.images.value
  return {
    place: account ? `${account}/${region}` : region,
    account: account ?? owner?.ownerId ?? '',
    region,
    ...(account && { member: account }),
    ...stored,
    sources,
    bin,
    recycled,
    machines,
    details: new Map()
  }
}

type Stored = Pick<PlaceFacts, 'images' | 'snapshots' | 'usedSnapshots'>

/** The images, then what they stand on. */
async function observeStored({ clients, liveVersions, signal }: Reading, family: string): Promise<Stored> {
  const images: Read<readonly ImageFacts[]> = await tryRead(() => observeImages(clients, family), signal)
  if ('unknown' in images) return { images, snapshots: images, usedSnapshots: images }
  const snapshots: Read<readonly SnapshotFacts[]> = await tryRead(
    () => observeSnapshots(clients, family, images.value),
    signal
  )
  if ('unknown' in snapshots) return { images, snapshots, usedSnapshots: snapshots }
  const used = () => observeUsedSnapshots(clients, liveVersions, images.value, snapshots.value)
  return { images, snapshots, usedSnapshots: await tryRead(used, signal) }
}
