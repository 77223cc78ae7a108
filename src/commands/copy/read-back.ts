import type { Image, Snapshot } from '@aws-sdk/client-ec2'
import { AmiError } from '../../errors.ts'
import type { TargetPlan } from './plan.ts'

/** Compares the keys that a copy has with those that it was to have. */
export function findWrongKeys(plan: TargetPlan, image: Image, snapshots: readonly Snapshot[]): AmiError | undefined {
  const wrong = plan.volumes.flatMap(({ device, to }) => {
    const id = image.BlockDeviceMappings?.find(({ DeviceName: name }) => name === device)?.Ebs?.SnapshotId
    const snapshot = snapshots.find(({ SnapshotId: each }) => each === id)
    const found = snapshot?.Encrypted ? snapshot.KmsKeyId : undefined
    return snapshot && found === to ? [] : [`${device} with ${sayKey(to)}, found it with ${sayKey(found)}`]
  })
  if (wrong.length === 0) return undefined
  return new AmiError('KEY', `Expected ${image.ImageId} to have ${wrong.join('; ')}`)
}

/** A key as a reader knows it. */
export const sayKey = (arn: string | undefined): string =>
  arn === undefined ? 'no encryption' : `the key ${arn.replace(/^.*:key\//, '')}`
