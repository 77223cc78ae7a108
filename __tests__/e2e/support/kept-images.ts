import {
  DescribeImagesCommand,
  type DescribeImagesResult,
  DescribeSnapshotsCommand,
  type DescribeSnapshotsResult
} from '@aws-sdk/client-ec2'
import { type AliasListEntry, ListAliasesCommand } from '@aws-sdk/client-kms'
import { awsCli, hasAwsCli } from './aws-cli.ts'
import type { Sandbox } from './sandbox.ts'

type Answers = [DescribeImagesResult, DescribeSnapshotsResult]

/** The images of an account in a region, and the keys of its own that their snapshots are encrypted with. */
export class KeptImages {
  readonly #images: NonNullable<DescribeImagesResult['Images']>
  readonly #keys: ReadonlyMap<string, string>

  private constructor(place: string, aliases: AliasListEntry[], [{ Images = [] }, { Snapshots = [] }]: Answers) {
    const names = new Map(aliases.map(each => [`arn:aws:kms:${place}:key/${each.TargetKeyId}`, each.AliasName ?? '']))
    const nameOf = (arn = '') => names.get(arn) ?? `${arn}, which is no key of ${place}`
    this.#images = Images
    this.#keys = new Map(
      Snapshots.map(each => [each.SnapshotId ?? '', each.Encrypted ? nameOf(each.KmsKeyId) : 'none'])
    )
  }

  /** One call each for images and snapshots: the AWS CLI takes half a second for one. */
  static async read(
    sandbox: Sandbox,
    account: string,
    region: string,
    { withCli = hasAwsCli } = {}
  ): Promise<KeptImages> {
    const read = withCli ? readWithCli : readWithSdk
    const { Aliases = [] } = await sandbox.kms(account, region).send(new ListAliasesCommand({}))
    return new KeptImages(`${region}:${account}`, Aliases, await read(sandbox, account, region))
  }

  /** By device: the alias of the key of the snapshot behind it; `none` where it is not encrypted. */
  keysOf(imageId: string): Record<string, string | undefined> {
    const image = this.#images.find(each => each.ImageId === imageId)
    if (!image) throw new Error(`Expected ${imageId}, found ${this.#images.map(each => each.ImageId).join(', ')}`)
    const mappings = (image.BlockDeviceMappings ?? []).filter(({ Ebs: ebs }) => ebs)
    return Object.fromEntries(
      mappings.map(({ DeviceName, Ebs: ebs }) => [DeviceName, this.#keys.get(ebs?.SnapshotId ?? '')])
    )
  }

  /** The ids of the copies of an image. */
  copiesOf(imageId: string): (string | undefined)[] {
    return this.#images.filter(each => each.SourceImageId === imageId).map(each => each.ImageId)
  }
}

function readWithCli({ url }: Sandbox, account: string, region: string): Promise<Answers> {
  const aws = awsCli(url, account, region)
  return Promise.all([
    aws<DescribeImagesResult>('ec2', 'describe-images', '--owners', 'self'),
    aws<DescribeSnapshotsResult>('ec2', 'describe-snapshots', '--owner-ids', 'self')
  ])
}

function readWithSdk(sandbox: Sandbox, account: string, region: string): Promise<Answers> {
  const ec2 = sandbox.ec2(account, region)
  return Promise.all([
    ec2.send(new DescribeImagesCommand({ Owners: ['self'] })),
    ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
  ])
}
