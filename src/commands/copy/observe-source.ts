import { DescribeSnapshotsCommand, type Image, type Snapshot } from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../aws/aws.ts'
import { serviceErrorName } from '../../aws/failure.ts'
import { AmiError } from '../../errors.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import { describeKey } from '../describe-key.ts'
import { findImage } from '../find-image.ts'
import type { Source } from './facts.ts'

/** Finds the image to copy, and reads what it stands on. Errors: INPUT where there is none. */
export async function observeSource(aws: Aws, recipe: Recipe | undefined): Promise<Source> {
  const found = await findImage(aws, recipe)
  const clients = aws.in(found.region)
  const snapshots = await readSnapshots(clients, found.image)
  const arns = new Set([...snapshots.values()].flatMap(({ KmsKeyId: arn }) => arn ?? []))
  const keys = await Promise.all([...arns].map(async arn => [arn, await readKey(clients, arn)] as const))
  return { ...found, snapshots, keys: new Map(keys) }
}

/** Another account's may be hidden though its image can be used: then there are none. */
async function readSnapshots(
  clients: Clients,
  { BlockDeviceMappings: mappings = [] }: Image
): Promise<Map<string, Snapshot>> {
  const ids = mappings.flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? [])
  if (ids.length === 0) return new Map()
  try {
    const { Snapshots = [] } = await clients.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: ids }))
    return new Map(Snapshots.map(snapshot => [snapshot.SnapshotId ?? '', snapshot]))
  } catch (error) {
    if (serviceErrorName(error) === 'InvalidSnapshot.NotFound') return new Map()
    throw error
  }
}

async function readKey(clients: Clients, arn: string) {
  const key = await describeKey(clients, arn)
  return key instanceof AmiError ? undefined : key
}
