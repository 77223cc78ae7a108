import type { CopySnapshotRequest, CopySnapshotResult } from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { refuseUnmodelled } from '../../unmodelled.ts'
import type { Transition } from '../../world/transition.ts'
import { stopDryRun } from '../dryrun.ts'
import { find } from '../lookup.ts'
import { tagSet, tagsFor } from '../tags.ts'
import { canUseSnapshot, checkUsable } from './access.ts'
import { checkCompletionDuration } from './copy-duration.ts'
import { copyKey } from './copy-encryption.ts'
import { failForKeys } from './copy-keys.ts'
import { type CopySource, makeCopy, secondsOf } from './make-copy.ts'
import { completeSnapshot, findAnywhere } from './make-snapshot.ts'
import { sourceRegion } from './source-region.ts'

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html (considerations) */
const MAX_CONCURRENT = 20

/**
 * Copies a completed snapshot, of the caller's own or shared with it, from any region into this one. Tags do not go
 * with it. Keys are checked only afterwards: without them the copy ends in `error`.
 *
 * @lacks Local Zones and Outposts, the cumulative throughput quota of time-based copies
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html
 */
const copySnapshot: Handler<CopySnapshotRequest, CopySnapshotResult> = (input, call) => {
  const source = findSource(input, call)
  const key = copyKey(input, source.record, call)
  const { CompletionDurationMinutes: withinMinutes, Description: description = '' } = input
  checkCompletionDuration('CompletionDurationMinutes', withinMinutes)
  const tags = tagsFor('snapshot', input.TagSpecifications, ['snapshot'])
  checkQuota(call)
  stopDryRun(input)
  const copy = makeCopy(source, { description, tags, key, withinMinutes }, call)
  const name = { region: call.region.name, snapshotId: copy.snapshot.SnapshotId }
  call.world.after('copyCheck', checkingKeys, name)
  copy.completesAt = call.world.after(secondsOf(source, copy, call.region), completingCopy, name)
  return { SnapshotId: copy.snapshot.SnapshotId, Tags: tagSet(copy, call.account) }
}

function findSource(input: CopySnapshotRequest, call: Call): CopySource {
  const { SourceSnapshotId: id, SourceRegion: name } = input
  if (!id) throw missingParameter('SourceSnapshotId')
  if (!name) throw missingParameter('SourceRegion')
  refuseUnmodelled(input, ['DestinationOutpostArn', 'DestinationAvailabilityZone'])
  const region = sourceRegion(name, call)
  const record = find('snapshot', id, region.snapshots, each => canUseSnapshot(each, { account: call.account, region }))
  checkUsable(record)
  return { region, record }
}

/** What CopyImage copies has a quota of its own. */
function checkQuota({ region, account }: Call): void {
  const underWay = [...region.snapshots.values()].filter(
    ({ ownerId, snapshot, copyOf }) => ownerId === account && snapshot.State === 'pending' && copyOf && !copyOf.imageId
  )
  if (underWay.length < MAX_CONCURRENT) return
  const sentence = `Too many snapshot copies in progress. The limit is ${MAX_CONCURRENT} for this destination region.`
  throw new ServiceError('ResourceLimitExceeded', sentence)
}

interface SnapshotName {
  readonly region: string
  readonly snapshotId: string
}

const checkingKeys: Transition<SnapshotName> = {
  name: 'check the keys of a copied snapshot',
  act: (world, { region: name, snapshotId }) => {
    const region = world.usedRegion(name)
    const copy = region && findAnywhere(region, snapshotId)
    if (region && copy) failForKeys(world, region, copy)
  }
}

const completingCopy: Transition<SnapshotName> = {
  name: 'complete a copied snapshot',
  act: (world, { region: name, snapshotId }) => {
    const region = world.usedRegion(name)
    const copy = region && findAnywhere(region, snapshotId)
    if (copy) completeSnapshot(copy, world.clock.now())
  }
}

export const copySnapshotHandlers = { CopySnapshot: copySnapshot } satisfies Handlers

export const copySnapshotTransitions = [checkingKeys, completingCopy]
