import { DescribeImagesCommand, DescribeSnapshotsCommand, type Image } from '@aws-sdk/client-ec2'
import { CreateGrantCommand, type GrantListEntry, paginateListGrants, RevokeGrantCommand } from '@aws-sdk/client-kms'
import type { Aws, Clients } from '../../aws/aws.ts'
import { memberRole } from '../../aws/member-credentials.ts'
import { AmiError } from '../../errors.ts'
import { isSuperseded } from '../../image/run-id.ts'
import { TAGS } from '../../image/tags.ts'
import type { Source } from './facts.ts'
import { type Lent, lendableImage, lendableSnapshot, letIn, takeOut } from './lendable.ts'

/** What a copy needs of the source's key. */
const OPERATIONS = ['Decrypt', 'DescribeKey', 'CreateGrant', 'ReEncryptFrom'] as const
const GRANT_NAME = 'ami-action-copy'

/**
 * What member accounts may do with the source while they copy it: launch permission of the image, use of its snapshots
 * and of its keys. It is taken back afterwards, by a rerun or the post step as well; whoever could use them before is left
 * alone.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ami-copy-works.html (cross-account copying)
 */
export class Lending implements AsyncDisposable {
  readonly #aws: Aws
  readonly #source: Source
  readonly #lent: Lent = new Map()
  #isLent = false

  constructor(aws: Aws, source: Source) {
    this.#aws = aws
    this.#source = source
  }

  /** Lets these accounts copy the source. Errors: KEY with the statement that a key's policy lacks; PERMISSION. */
  async lend(accounts: readonly string[]): Promise<void> {
    const { image, region, snapshots } = this.#source
    const others = accounts.filter(account => account !== image.OwnerId)
    this.#isLent = others.length > 0 || isForgotten(image, this.#aws)
    if (others.length === 0) return
    const clients = this.#aws.in(region)
    const { log } = this.#aws.run
    const run = toNote(this.#aws)
    const lendables = [
      lendableImage(clients, image.ImageId),
      ...[...snapshots.keys()].map(id => lendableSnapshot(clients, id))
    ]
    await Promise.all(lendables.map(each => letIn(clients, each, { accounts: others, run, lent: this.#lent })))
    await this.#grantKeys(clients, others)
    log.info(`For now ${others.length} other accounts may copy ${image.ImageId} of ${region}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isLent) return
    const { image, region } = this.#source
    try {
      await takeBack(this.#aws.forCleanup.in(region), image, this.#lent)
    } catch (error) {
      this.#aws.run.log.warning(
        `What other accounts were lent of ${image.ImageId} could not be taken back now: ${error}. The post step tries again.`
      )
    }
  }

  async #grantKeys({ kms }: Clients, accounts: readonly string[]): Promise<void> {
    const { accountRole = '', awsRegion } = this.#aws.run.inputs
    const principals = accounts.map(account => memberRole(accountRole, account, awsRegion))
    const keys = new Set([...this.#source.snapshots.values()].flatMap(({ KmsKeyId: key }) => key ?? []))
    for (const KeyId of keys) {
      for (const GranteePrincipal of principals) {
        const request = { KeyId, GranteePrincipal, Name: GRANT_NAME, Operations: [...OPERATIONS] }
        await kms.send(new CreateGrantCommand(request)).catch(error => {
          throw explainGrant(error, KeyId)
        })
      }
    }
  }
}

/** Who has lent, and until when at the latest it is needed. */
const toNote = (aws: Aws): string => {
  const until = new Date(aws.now().getTime() + aws.run.inputs.timeoutSeconds * 1000)
  return `${aws.run.id} ${until.toISOString()}`
}

/** Whether a run that is over has lent the image, and was killed before it took that back. */
function isForgotten({ Tags: tags = [] }: Image, aws: Aws): boolean {
  const note = tags.find(({ Key: key }) => key === TAGS.lent)?.Value
  if (note === undefined) return false
  const [run = '', until = ''] = note.split(' ')
  return isSuperseded(run, aws.run.id) || new Date(until) <= aws.now()
}

function explainGrant(error: unknown, key: string): unknown {
  if (!(error instanceof AmiError) || error.code !== 'PERMISSION') return error
  const actions = ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant']
  const statement = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::…:role/…' }, Action: actions, Resource: '*' }
  const hint = `The policy of the key lacks, for the role of this run: ${JSON.stringify(statement)}`
  return new AmiError('KEY', `The key ${key} could not be lent: ${error.message}`, { hint, cause: error })
}

/** Takes back what runs have lent of an image, of its snapshots and their keys. */
async function takeBack(
  clients: Clients,
  { ImageId: id = '', BlockDeviceMappings: mappings = [] }: Image,
  lent: Lent = new Map()
): Promise<void> {
  const ids = mappings.flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? [])
  const { Snapshots: snapshots = [] } =
    ids.length > 0 ? await clients.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: ids })) : {}
  const keys = new Set(snapshots.flatMap(({ KmsKeyId: key }) => key ?? []))
  await Promise.all([...keys].map(key => revokeGrants(clients, key)))
  await Promise.all(ids.map(each => takeOut(clients, lendableSnapshot(clients, each), lent)))
  // The image's note last: it is what the post step looks for.
  await takeOut(clients, lendableImage(clients, id), lent)
}

async function revokeGrants({ kms }: Clients, KeyId: string): Promise<void> {
  const grants: GrantListEntry[] = []
  for await (const page of paginateListGrants({ client: kms }, { KeyId })) grants.push(...(page.Grants ?? []))
  for (const { GrantId, Name } of grants) {
    if (Name === GRANT_NAME) await kms.send(new RevokeGrantCommand({ KeyId, GrantId }))
  }
}

/** Takes back what a run that was killed has lent in a region. Result: the ids of the images. */
export async function takeBackLent(clients: Clients, run: string): Promise<string[]> {
  const Filters = [{ Name: `tag:${TAGS.lent}`, Values: [`${run} *`] }]
  const { Images: images = [] } = await clients.ec2.send(new DescribeImagesCommand({ Owners: ['self'], Filters }))
  for (const image of images) await takeBack(clients, image)
  return images.map(({ ImageId }) => ImageId ?? '')
}
