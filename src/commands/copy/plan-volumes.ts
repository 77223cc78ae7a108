import type { KeyMetadata } from '@aws-sdk/client-kms'
import { AmiError, throwProblems } from '../../errors.ts'
import { findKeyProblem } from '../key-problem.ts'
import { AWS_MANAGED_KEY, type Source, type Target } from './facts.ts'
import { askedKey, type CopyOrder } from './order.ts'

/** A volume of the image, and the keys that it is encrypted with before and after; without one it is not. */
export interface VolumePlan {
  readonly device: string
  readonly snapshotId: string
  readonly sizeGiB: number
  /** ARNs. */
  readonly from?: string
  readonly to?: string
}

type SourceVolume = Omit<VolumePlan, 'to'>

/** What becomes of each volume of the image; none, where it is backed by instance store. Errors: KEY. */
export function planVolumes(order: CopyOrder, source: Source, target: Target): VolumePlan[] {
  const volumes = volumesOf(source)
  const lacking = volumes.filter(volume => lacksKey(order, source, target, volume))
  const problems = lacking.length > 0 ? [explainLacking(target.place.region, lacking)] : []
  const planned = volumes.map(volume => {
    const key = lacking.includes(volume) ? undefined : wantedKey(order, target, volume)
    const to = key === undefined ? undefined : resolve(key, target, problems)
    return { ...volume, ...(to && { to }) }
  })
  throwProblems(unique(problems))
  return planned
}

const volumesOf = ({ image, snapshots }: Source): SourceVolume[] =>
  (image.BlockDeviceMappings ?? []).flatMap(({ DeviceName: device = '', Ebs: ebs }) => {
    const snapshot = snapshots.get(ebs?.SnapshotId ?? '')
    if (!ebs?.SnapshotId) return []
    const from = snapshot?.Encrypted ? snapshot.KmsKeyId : undefined
    const sizeGiB = ebs.VolumeSize ?? snapshot?.VolumeSize ?? 0
    return [{ device, snapshotId: ebs.SnapshotId, sizeGiB, ...(from && { from }) }]
  })

/** A key that somebody chose is not silently replaced by another; in another account it can't be kept anyway. */
function lacksKey(
  order: CopyOrder,
  { isOwn, image, keys }: Source,
  { place }: Target,
  { device, from }: SourceVolume
): boolean {
  const isTheirs = !isOwn || (place.account !== undefined && place.account !== image.OwnerId)
  if (!from || isTheirs || askedKey(order, place, device)) return false
  return keys.get(from)?.KeyManager !== 'AWS'
}

function explainLacking(region: string, lacking: readonly SourceVolume[]): AmiError {
  const devices = lacking.map(({ device }) => device)
  const keys = [...new Set(lacking.map(({ from }) => from))].join(' and ')
  const asked = devices.map(device => `${device}: …`).join(', ')
  const hint = `Say \`regions: { ${region}: { kms-keys: { ${asked} } } }\` in the recipe, or give the input \`kms-key\`.`
  const sentence = `Expected a key for ${devices.join(' and ')} in ${region}, as the source is encrypted with ${keys}; found none`
  return new AmiError('KEY', sentence, { hint })
}

/**
 * The key that a volume is to have, as it is named; undefined for none. What CopyImage does without being told is said by
 * the document.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html (encryption outcomes)
 */
function wantedKey(order: CopyOrder, { place, byDefault }: Target, { device, from }: SourceVolume): string | undefined {
  const asked = askedKey(order, place, device)
  if (asked) return asked
  if (order.kind === 'encrypt' || byDefault.isOn || (from && place.account)) return byDefault.key
  return from ? AWS_MANAGED_KEY : undefined
}

function resolve(key: string, { place, keys }: Target, problems: AmiError[]): string | undefined {
  const found = keys.get(key)
  if (found instanceof AmiError) problems.push(found)
  else {
    const problem = findKeyProblem({ key, region: place.region }, found)
    if (problem)
      problems.push(new AmiError('KEY', place.account ? `${problem}, in the account ${place.account}` : problem))
  }
  return (found as KeyMetadata | undefined)?.Arn
}

const unique = (problems: readonly AmiError[]): AmiError[] => [
  ...new Map(problems.map(problem => [problem.message, problem])).values()
]
