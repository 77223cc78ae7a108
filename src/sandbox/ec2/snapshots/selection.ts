import type { DescribeSnapshotsRequest } from '@aws-sdk/client-ec2'
import type { Call } from '../../handler.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import { checkUser } from '../user-ids.ts'
import { isPublic, isSharedWith, visibleTo } from './access.ts'

type Test = (record: SnapshotRecord) => boolean

/**
 * Which snapshots a request asks for, its filters aside; the cheapest test comes first.
 * Errors: InvalidUserID.Malformed.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
 */
export function compileSelection(input: DescribeSnapshotsRequest, call: Call): Test {
  const tests = [ownedBy(input.OwnerIds, call), restorableBy(input.RestorableByUserIds, call), visibleTo(call)]
  const given = tests.filter(test => test !== undefined)
  return record => given.every(test => test(record))
}

function ownedBy(owners: readonly string[] | undefined, { account }: Call): Test | undefined {
  if (!owners?.length) return undefined
  for (const owner of owners) checkUser(owner, ['self', 'amazon'])
  const wanted = new Set(owners.map(owner => (owner === 'self' ? account : owner)))
  return ({ ownerId, snapshot }) => wanted.has(ownerId) || wanted.has(snapshot.OwnerAlias ?? '')
}

/** `self` are those that the caller owns or that were shared with it, `all` the public ones. */
function restorableBy(users: readonly string[] | undefined, { account, region }: Call): Test | undefined {
  if (!users?.length) return undefined
  for (const user of users) checkUser(user, ['self', 'all'])
  const tests = users.map((user): Test => {
    if (user === 'all') return record => isPublic(record, region)
    if (user === 'self' || user === account) return each => each.ownerId === account || isSharedWith(each, account)
    return record => record.ownerId === account && isSharedWith(record, user)
  })
  return record => tests.some(test => test(record))
}
