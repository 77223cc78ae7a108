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
  return [...(isOwn ? [] : checkForeign(source)), ...checkInstanceStore(order, source), ...checkLending(order, source)]
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

/**
 * What another account can't be lent.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
 */
function checkLending({ places }: CopyOrder, { image, isOwn, snapshots, keys }: Source): AmiError[] {
  const accounts = [...new Set(places.flatMap(({ account }) => account ?? []))].filter(each => each !== image.OwnerId)
  if (accounts.length === 0) return []
  const { ImageId: id } = image
  const forOthers = `an image that ${accounts.join(', ')} can copy, found ${id}`
  const hint = 'Share it (`publish`), or bake there: its owner cannot give it away.'
  if (!isOwn) return [refuse(`${forOthers}, which is of ${image.OwnerId}`, 'Run `copy` in the account that owns it.')]
  if (image.ProductCodes?.length) return [refuse(`${forOthers}, which has product codes of AWS Marketplace`, hint)]
  const { usageOperation, platformDetails } = billingOf(image)
  if (usageOperation !== 'RunInstances')
    return [refuse(`${forOthers}, which is billed as ${platformDetails} (${usageOperation})`, hint)]
  const closed = [...snapshots.values()].filter(({ KmsKeyId: key }) => key && keys.get(key)?.KeyManager === 'AWS')
  if (closed.length === 0) return []
  const ids = closed.map(({ SnapshotId }) => SnapshotId).join(', ')
  const sentence = `${forOthers}, whose snapshots ${ids} are encrypted with the key that AWS manages for this account alone`
  return [refuse(sentence, 'Run `encrypt` with a key of your own first, and copy that image.')]
}

const refuse = (expected: string, hint?: string): AmiError =>
  new AmiError('INPUT', `Expected ${expected}`, hint === undefined ? {} : { hint })
