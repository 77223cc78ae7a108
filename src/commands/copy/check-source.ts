import { AmiError } from '../../errors.ts'
import { billingOf } from '../billing.ts'
import type { Source } from './facts.ts'
import { askedKeys, type CopyOrder } from './order.ts'

/**
 * Why an image can't be copied, whatever the place.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ami-copy-works.html
 */
export function checkSource(order: CopyOrder, source: Source): AmiError[] {
  const { image, isOwn } = source
  const { ImageId: id, State: state } = image
  if (state !== 'available') return [refuse(`an image that is available, found ${id} ${state}`)]
  return [...(isOwn ? [] : checkForeign(source)), ...checkInstanceStore(order, source)]
}

function checkForeign({ image, snapshots }: Source): AmiError[] {
  const { ImageId: id, OwnerId: owner } = image
  const theirs = `an image that may be copied, found ${id} of the account ${owner}`
  const hint = 'Use it as the base of a recipe instead: launching it is allowed.'
  if (image.ProductCodes?.length) return [refuse(`${theirs}, which has product codes of AWS Marketplace`, hint)]
  const { usageOperation, platformDetails } = billingOf(image)
  if (usageOperation !== 'RunInstances')
    return [refuse(`${theirs}, which is billed as ${platformDetails} (${usageOperation})`, hint)]
  const hidden = (image.BlockDeviceMappings ?? []).filter(
    ({ Ebs: ebs }) => ebs?.SnapshotId && !snapshots.has(ebs.SnapshotId)
  )
  if (hidden.length === 0) return []
  const ids = hidden.map(({ Ebs: ebs }) => ebs?.SnapshotId).join(', ')
  return [
    refuse(`${theirs}, whose storage is not shared: ${ids}`, `Let ${owner} share the snapshots, or use it as a base.`)
  ]
}

function checkInstanceStore(order: CopyOrder, { image }: Source): AmiError[] {
  if (image.RootDeviceType !== 'instance-store') return []
  const isAsked = order.kind === 'encrypt' || order.places.some(place => askedKeys(order, place).length > 0)
  if (!isAsked) return []
  return [
    refuse(
      `an image with snapshots to encrypt, found ${image.ImageId}, which is backed by instance store`,
      'Copy it without keys.'
    )
  ]
}

const refuse = (expected: string, hint?: string): AmiError =>
  new AmiError('INPUT', `Expected ${expected}`, hint === undefined ? {} : { hint })
