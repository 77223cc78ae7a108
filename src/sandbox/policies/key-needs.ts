import { KEY_USES, type KeyUse } from '../ec2/ebs-key.ts'
import type { Call } from '../handler.ts'
import { findKey } from '../kms/resolve-key.ts'
import type { InstanceRecord, SnapshotRecord, VolumeRecord } from '../world/records.ts'
import type { Region } from '../world/region.ts'
import type { Rights } from './authorise.ts'
import { requestContext, withKeys } from './request-context.ts'

/** What fails where a key is not accessible. */
export type NeedsKeys = InstanceRecord | SnapshotRecord | VolumeRecord

interface KeyInUse {
  readonly region: Region
  readonly id: string
  readonly use: KeyUse
}

/**
 * Whether the caller's policies keep EBS from a key that a new resource needs. EC2 finds that out only after it has
 * accepted the request. The AWS-managed key is everybody's in its account.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html (permissions for IAM principals)
 */
export function lacksKey(resource: NeedsKeys, rights: Rights, call: Call): boolean {
  return keysOf(resource, call).some(({ region, id, use }) => {
    const key = findKey(region, call.account, id)
    if (!key || key.key.KeyManager === 'AWS') return false
    const context = withKeys(requestContext(call), {
      'kms:CallerAccount': call.account,
      'kms:ViaService': `ec2.${region.name}.amazonaws.com`
    })
    const granting = withKeys(context, { 'kms:GrantIsForAWSResource': 'true' })
    return !KEY_USES[use].every(action =>
      rights.may({ action, resource: key.key.Arn, context: action === 'kms:CreateGrant' ? granting : context })
    )
  })
}

function keysOf(resource: NeedsKeys, call: Call): KeyInUse[] {
  const { region } = call
  if ('snapshot' in resource) return keysOfCopy(resource, call)
  if ('volume' in resource) return keysOfVolume(resource, region)
  return (resource.instance.BlockDeviceMappings ?? []).flatMap(({ Ebs: ebs }) => {
    const record = region.volumes.get(ebs?.VolumeId ?? '')
    return record ? keysOfVolume(record, region) : []
  })
}

/** Its own, and that of the snapshot which it is made from. */
function keysOfVolume({ volume, filled }: VolumeRecord, region: Region): KeyInUse[] {
  const snapshot = filled ? undefined : region.snapshots.get(volume.SnapshotId ?? '')?.snapshot
  return [volume.KmsKeyId, snapshot?.KmsKeyId].flatMap(id => (id ? [{ region, id, use: 'attach' as const }] : []))
}

/** Only copies use keys: what a volume is encrypted with, its snapshots are, too. */
function keysOfCopy({ snapshot, copyOf }: SnapshotRecord, { world, region }: Call): KeyInUse[] {
  const from = world.usedRegion(copyOf?.region ?? '')
  const source = from?.snapshots.get(copyOf?.snapshotId ?? '')?.snapshot.KmsKeyId
  return [
    ...(from && source ? [{ region: from, id: source, use: 'copyFrom' as const }] : []),
    ...(copyOf && snapshot.KmsKeyId ? [{ region, id: snapshot.KmsKeyId, use: 'copyTo' as const }] : [])
  ]
}
