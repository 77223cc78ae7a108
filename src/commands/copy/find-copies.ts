import type { Image, Snapshot } from '@aws-sdk/client-ec2'
import { toFamilyImage } from '../../image/family-image.ts'
import { TAGS } from '../../image/tags.ts'
import type { Place } from '../place.ts'
import type { Source, Target } from './facts.ts'
import type { VolumePlan } from './plan-volumes.ts'

interface Copies {
  /** The image as it is asked for, finished: a copy, or at home the source itself. */
  readonly good?: Image
  /** A copy that EC2 is still making, or has made while nobody finished it. */
  readonly unfinished?: Image
  /** Copies that EC2 could not make. */
  readonly failed: readonly Image[]
}

/** Tells the copies of the source that are at a place already from whatever else is there. */
export function findCopies(source: Source, target: Target, volumes: readonly VolumePlan[]): Copies {
  const from = `${source.region}/${source.image.ImageId}`
  const own = target.images.filter(each => toFamilyImage(each).tags[TAGS.copiedFrom] === from)
  const home = isHome(source, target.place) ? [source.image] : []
  const snapshots = new Map([...source.snapshots, ...target.snapshots])
  const isAsAsked = (each: Image) => hasKeys(each, snapshots, volumes)
  const finished = own.filter(each => toFamilyImage(each).isFinished && each.State === 'available')
  const good = [...home, ...finished].find(isAsAsked)
  const unfinished = own.find(
    each => isUnfinished(each, 'pending') || (isUnfinished(each, 'available') && isAsAsked(each))
  )
  const failed = own.filter(each => isUnfinished(each, 'failed'))
  return { failed, ...(good && { good }), ...(unfinished && { unfinished }) }
}

const isHome = ({ isOwn, region, image }: Source, place: Place): boolean =>
  isOwn && place.region === region && (place.account ?? image.OwnerId) === image.OwnerId

const isUnfinished = (image: Image, state: string): boolean =>
  image.State === state && toFamilyImage(image).tags[TAGS.self] === undefined

/** Whether each volume is encrypted with the key that it is to have. */
function hasKeys(image: Image, snapshots: ReadonlyMap<string, Snapshot>, volumes: readonly VolumePlan[]): boolean {
  const idOf = new Map((image.BlockDeviceMappings ?? []).map(({ DeviceName, Ebs }) => [DeviceName, Ebs?.SnapshotId]))
  return volumes.every(({ device, to }) => {
    const snapshot = snapshots.get(idOf.get(device) ?? '')
    return snapshot !== undefined && (snapshot.Encrypted ? snapshot.KmsKeyId : undefined) === to
  })
}
