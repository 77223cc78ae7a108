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

/** What becomes of each volume of the image; none, where it is backed by instance store. Errors: KEY. */
export function planVolumes(order: CopyOrder, source: Source, target: Target): VolumePlan[] {
  const problems: AmiError[] = []
  const volumes = (source.image.BlockDeviceMappings ?? []).flatMap(({ DeviceName: device = '', Ebs: ebs }) => {
    const snapshot = source.snapshots.get(ebs?.SnapshotId ?? '')
    if (!ebs?.SnapshotId) return []
    const from = snapshot?.Encrypted ? snapshot.KmsKeyId : undefined
    const key = wantedKey(order, source, target, { device, from })
    const to = key === undefined ? undefined : resolve(key, target, problems)
    return [
      {
        device,
        snapshotId: ebs.SnapshotId,
        sizeGiB: ebs.VolumeSize ?? snapshot?.VolumeSize ?? 0,
        ...(from && { from }),
        ...(to && { to })
      }
    ]
  })
  throwProblems(unique(problems))
  return volumes
}

/**
 * The key that a volume is to have, as it is named; undefined for none. What CopyImage does without being told is said by
 * the document.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html (encryption outcomes)
 */
function wantedKey(
  order: CopyOrder,
  source: Source,
  { place, byDefault }: Target,
  { device, from }: { readonly device: string; readonly from: string | undefined }
): string | undefined {
  const asked = askedKey(order, place, device)
  if (asked) return asked
  if (from && !place.account && isCustom(source, from)) throw lacksKey(place.region, device, from)
  if (order.kind === 'encrypt' || byDefault.isOn || (from && place.account)) return byDefault.key
  return from ? AWS_MANAGED_KEY : undefined
}

/** A key that somebody chose is not silently replaced by another; in another account it can't be kept anyway. */
const isCustom = ({ isOwn, keys }: Source, arn: string): boolean => isOwn && keys.get(arn)?.KeyManager !== 'AWS'

function lacksKey(region: string, device: string, from: string): AmiError {
  const hint = `Say \`regions: { ${region}: { kms-keys: { ${device}: … } } }\` in the recipe, or give the input \`kms-key\`.`
  return new AmiError('KEY', `Expected a key for ${device} in ${region}, as it is encrypted with ${from}; found none`, {
    hint
  })
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
