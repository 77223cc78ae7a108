import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeImageAttributeCommand,
  DescribeSnapshotAttributeCommand,
  DescribeTagsCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand
} from '@aws-sdk/client-ec2'
import type { Clients } from '../../aws/aws.ts'
import { TAGS, toTagList } from '../../image/tags.ts'

type Change = 'Add' | 'Remove'

/** An image or a snapshot: who may use it, and whom runs have let in for a while, which is noted in its tags. */
export interface Lendable {
  readonly id: string
  readUsers(): Promise<string[]>
  change(what: Change, accounts: readonly string[]): Promise<unknown>
}

/** Twelve digits and a comma each, in a tag's 256 characters. */
const ACCOUNTS_A_TAG = 19

export const lendableImage = ({ ec2 }: Clients, id: string): Lendable => ({
  id,
  readUsers: async () => {
    const command = new DescribeImageAttributeCommand({ ImageId: id, Attribute: 'launchPermission' })
    return ((await ec2.send(command)).LaunchPermissions ?? []).flatMap(({ UserId }) => UserId ?? [])
  },
  change: (what, accounts) =>
    ec2.send(new ModifyImageAttributeCommand({ ImageId: id, LaunchPermission: { [what]: toUsers(accounts) } }))
})

export const lendableSnapshot = ({ ec2 }: Clients, id: string): Lendable => ({
  id,
  readUsers: async () => {
    const command = new DescribeSnapshotAttributeCommand({ SnapshotId: id, Attribute: 'createVolumePermission' })
    return ((await ec2.send(command)).CreateVolumePermissions ?? []).flatMap(({ UserId }) => UserId ?? [])
  },
  change: (what, accounts) =>
    ec2.send(
      new ModifySnapshotAttributeCommand({ SnapshotId: id, CreateVolumePermission: { [what]: toUsers(accounts) } })
    )
})

const toUsers = (accounts: readonly string[]) => accounts.map(UserId => ({ UserId }))

/** By the id of an image or a snapshot: whom a run has noted there. */
export type Lent = Map<string, readonly string[]>

/** Lets accounts in that may not use it yet; whom, is noted before, and by which run; `lent` gets it, too. */
export async function letIn(
  clients: Clients,
  lendable: Lendable,
  { accounts, run, lent: remembered }: { accounts: readonly string[]; run: string; lent: Lent }
): Promise<void> {
  const [users, tags] = await Promise.all([lendable.readUsers(), readTags(clients, lendable.id)])
  const lent = readLent(tags)
  const fresh = accounts.filter(account => !users.includes(account))
  if (fresh.length === 0 && lent.length === 0) return
  const all = [...new Set([...lent, ...fresh])]
  remembered.set(lendable.id, all)
  await note(clients, lendable.id, all, run)
  if (fresh.length > 0) await lendable.change('Add', fresh)
}

/**
 * Takes out again whom runs have let in, and the notes of it. What this run remembers counts as well: tags that were
 * written a moment ago may not be read yet.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
 */
export async function takeOut(clients: Clients, lendable: Lendable, remembered: Lent): Promise<void> {
  const own = remembered.get(lendable.id)
  const tags = { ...(own && toNotes(own, '')), ...(await readTags(clients, lendable.id)) }
  const lent = [...new Set([...(own ?? []), ...readLent(tags)])]
  if (lent.length > 0) await lendable.change('Remove', lent)
  const notes = Object.keys(tags).filter(key => key === TAGS.lent || key.startsWith(`${TAGS.lent}-`))
  if (notes.length === 0) return
  await clients.ec2.send(new DeleteTagsCommand({ Resources: [lendable.id], Tags: notes.map(Key => ({ Key })) }))
}

async function note({ ec2 }: Clients, id: string, accounts: readonly string[], run: string): Promise<void> {
  await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: toTagList(toNotes(accounts, run)) }))
}

function toNotes(accounts: readonly string[], run: string): Readonly<Record<string, string>> {
  const count = Math.ceil(accounts.length / ACCOUNTS_A_TAG)
  const lists = Array.from({ length: count }, (_, i) => [
    `${TAGS.lent}-${i + 1}`,
    accounts.slice(i * ACCOUNTS_A_TAG, (i + 1) * ACCOUNTS_A_TAG).join(' ')
  ])
  return { [TAGS.lent]: run, ...Object.fromEntries(lists) }
}

async function readTags({ ec2 }: Clients, id: string): Promise<Readonly<Record<string, string>>> {
  const { Tags = [] } = await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: [id] }] }))
  return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]))
}

const readLent = (tags: Readonly<Record<string, string>>): string[] =>
  Object.entries(tags).flatMap(([key, value]) => (key.startsWith(`${TAGS.lent}-`) ? value.split(' ') : []))
