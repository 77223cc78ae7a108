import {
  CopySnapshotCommand,
  DeleteSnapshotCommand,
  DescribeSnapshotsCommand,
  type Snapshot
} from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../aws/aws.ts'
import { isTransient } from '../../aws/failure.ts'
import { type Look, pause, waitFor } from '../../aws/poller.ts'
import { AmiError } from '../../errors.ts'
import { TAGS, toTagList } from '../../image/tags.ts'
import { keyHintFor } from '../key-problem.ts'
import { whenThereIsRoom } from '../room.ts'
import type { TargetPlan } from './plan.ts'
import type { VolumePlan } from './plan-volumes.ts'

const MAX_ATTEMPTS = 5

export interface CopySettings {
  readonly sourceRegion: string
  readonly completionMinutes?: number
}

/**
 * Copies of an image's snapshots, each with a key of its own, until an image is registered from them. A cancelled run
 * leaves them for its rerun unless `on-cancel: discard` says otherwise; one that failed deletes them.
 */
export class CopiedSnapshots implements AsyncDisposable {
  readonly #aws: Aws
  readonly #clients: Clients
  readonly #plan: TargetPlan
  readonly #settings: CopySettings
  /** By device. */
  readonly #ids = new Map<string, string>()
  #isRegistered = false

  constructor(aws: Aws, plan: TargetPlan, settings: CopySettings) {
    this.#aws = aws
    this.#clients = aws.in(plan.region)
    this.#plan = plan
    this.#settings = settings
  }

  /** The snapshot of each device. */
  get ids(): ReadonlyMap<string, string> {
    return this.#ids
  }

  /** From now on the snapshots are the image's. */
  markRegistered(): void {
    this.#isRegistered = true
  }

  /** Copies all, and waits until they are complete. Errors: EC2 where one failed, with EC2's reason; TIMEOUT. */
  async copy(): Promise<void> {
    const { timeoutSeconds } = this.#aws.run.inputs
    const begun = await this.#findBegun()
    for (const volume of this.#plan.volumes) {
      const known = begun.find(each => isCopyOf(each, volume, this.#settings))
      this.#ids.set(volume.device, known?.SnapshotId ?? (await this.#begin(volume, timeoutSeconds)))
    }
    await waitFor({
      what: `${this.#ids.size} snapshots in ${this.#plan.region}`,
      look: () => this.#look(),
      timeoutSeconds,
      maxPauseSeconds: 5,
      signal: this.#aws.signal,
      log: this.#aws.run.log
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { inputs, signal, log } = this.#aws.run
    const isKept = this.#isRegistered || (signal.aborted && inputs.onCancel === 'keep')
    if (isKept) return
    const { ec2 } = this.#aws.forCleanup.in(this.#plan.region)
    for (const id of this.#ids.values()) {
      try {
        await ec2.send(new DeleteSnapshotCommand({ SnapshotId: id }))
        log.info(`Deleted the snapshot ${id} of an image that was not made`)
      } catch (error) {
        log.warning(`The snapshot ${id} could not be deleted: ${error}`)
      }
    }
  }

  async #begin(volume: VolumePlan, timeoutSeconds: number): Promise<string> {
    const room = `${this.#plan.region} to take one more snapshot`
    const id = await whenThereIsRoom(this.#aws, room, () => this.#send(volume), timeoutSeconds)
    this.#aws.run.log.info(`EC2 copies ${volume.snapshotId} to ${id} in ${this.#plan.region}`)
    return id
  }

  /** CopySnapshot has no ClientToken: after a lost answer the tags tell whether it had its effect. */
  async #send(volume: VolumePlan): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await this.#clients.ec2Once.send(this.#command(volume))).SnapshotId ?? ''
      } catch (error) {
        if (!isTransient(error)) throw error
        const lost = (await this.#findBegun()).find(each => isCopyOf(each, volume, this.#settings))
        if (lost?.SnapshotId) return lost.SnapshotId
        if (attempt === MAX_ATTEMPTS) throw error
        await pause(attempt * 1000, this.#aws.signal)
      }
    }
  }

  #command({ snapshotId, device, to }: VolumePlan): CopySnapshotCommand {
    const { sourceRegion, completionMinutes } = this.#settings
    const { tags, imageName } = this.#plan
    const own = { ...tags, [TAGS.copiedFrom]: `${sourceRegion}/${snapshotId}` }
    return new CopySnapshotCommand({
      SourceRegion: sourceRegion,
      SourceSnapshotId: snapshotId,
      Description: `${device} of ${imageName}`,
      TagSpecifications: [{ ResourceType: 'snapshot', Tags: toTagList(own) }],
      ...(to && { Encrypted: true, KmsKeyId: to }),
      ...(completionMinutes && { CompletionDurationMinutes: completionMinutes })
    })
  }

  /** What this run or an interrupted one has begun, and no image has yet. */
  async #findBegun(): Promise<Snapshot[]> {
    const values = this.#plan.volumes.map(({ snapshotId }) => `${this.#settings.sourceRegion}/${snapshotId}`)
    const Filters = [
      { Name: `tag:${TAGS.copiedFrom}`, Values: values },
      { Name: 'status', Values: ['pending', 'completed'] }
    ]
    const { Snapshots = [] } = await this.#clients.ec2.send(
      new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters })
    )
    return Snapshots
  }

  async #look(): Promise<Look<void>> {
    const command = new DescribeSnapshotsCommand({ SnapshotIds: [...this.#ids.values()] })
    const { Snapshots: snapshots = [] } = await this.#clients.ec2.send(command)
    const failed = snapshots.find(({ State: state }) => state === 'error')
    if (failed) {
      const sentence = `EC2 could not copy to the snapshot ${failed.SnapshotId}: ${failed.StateMessage}`
      throw new AmiError('EC2', sentence, keyHintFor(failed.StateMessage))
    }
    if (snapshots.every(({ State: state }) => state === 'completed')) return { done: undefined }
    return { waiting: snapshots.map(({ Progress: progress }) => progress || '0%').join(', ') }
  }
}

const isCopyOf = (snapshot: Snapshot, { snapshotId, to }: VolumePlan, { sourceRegion }: CopySettings): boolean =>
  snapshot.Tags?.some(({ Key, Value }) => Key === TAGS.copiedFrom && Value === `${sourceRegion}/${snapshotId}`) ===
    true && (snapshot.Encrypted ? snapshot.KmsKeyId : undefined) === to
