import {
  DescribeSnapshotsCommand,
  type DescribeSnapshotsRequest,
  ModifySnapshotAttributeCommand,
  paginateDescribeSnapshots,
  type Snapshot
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, newAccount, serve, served, useClients } from '../../../support/sandbox.ts'
import { ROOT_SNAPSHOT, seeder } from '../fixture.ts'
import { addSnapshot } from '../images/own.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)

const own = (change: Partial<Snapshot> = {}) => addSnapshot(sandbox, clients.account, change)
const share = (SnapshotId: string, permission: { UserId?: string; Group?: 'all' }) =>
  clients.ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission: { Add: [permission] } }))

async function found(request: DescribeSnapshotsRequest, { ec2 }: Clients = clients): Promise<Set<string | undefined>> {
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand(request))
  return new Set(Snapshots.map(({ SnapshotId }) => SnapshotId))
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
describe('DescribeSnapshots', () => {
  test('by owner: self, an account, amazon', async () => {
    const id = own()
    const byAmazon = addSnapshot(sandbox, newAccount(), { OwnerAlias: 'amazon' })
    await share(own(), { Group: 'all' })
    expect(await found({ OwnerIds: ['self'] })).toContain(id)
    expect(await found({ OwnerIds: [clients.account] })).toContain(id)
    expect(await found({ OwnerIds: ['self'] })).not.toContain(ROOT_SNAPSHOT)
    // Not visible: nobody shares it, and no public image stands on it.
    expect(await found({ OwnerIds: ['amazon'] })).not.toContain(byAmazon)
  })

  test('by who may make volumes: self, all, another account that one was shared with', async () => {
    const stranger = clientsFor(sandbox.url)
    const [kept, shared, open] = [own(), own(), own()]
    await share(shared, { UserId: stranger.account })
    await share(open, { Group: 'all' })
    expect(await found({ RestorableByUserIds: ['self'] })).toEqual(new Set([kept, shared, open]))
    expect(await found({ RestorableByUserIds: [stranger.account] })).toEqual(new Set([shared]))
    expect(await found({ RestorableByUserIds: ['self'] }, stranger)).toEqual(new Set([shared]))
    expect(await found({ RestorableByUserIds: ['all'] }, stranger)).toContain(open)
    expect(await found({ RestorableByUserIds: ['all'] }, stranger)).not.toContain(shared)
  })

  test.each([
    ['OwnerIds', { OwnerIds: ['me'] }],
    ['RestorableByUserIds', { RestorableByUserIds: ['1'] }]
  ])('refuses a malformed account in %s', async (_, request) => {
    await expect(found(request)).rejects.toMatchObject({ name: 'InvalidUserID.Malformed' })
  })

  test.each([
    ['description', 'night*'],
    ['encrypted', 'true'],
    ['owner-alias', 'own'],
    ['progress', '42%'],
    ['start-time', '2026-01-02T03:04:05*'],
    ['status', 'error'],
    ['storage-tier', 'archive'],
    ['transfer-type', 'time-based'],
    ['volume-id', 'vol-0123456789abcdef0'],
    ['volume-size', '77']
  ])('filters by %s', async (Name, value) => {
    own()
    const id = own({
      Description: 'nightly',
      Encrypted: true,
      OwnerAlias: 'own',
      Progress: '42%',
      StartTime: new Date('2026-01-02T03:04:05Z'),
      State: 'error',
      StorageTier: 'archive',
      TransferType: 'time-based',
      VolumeId: 'vol-0123456789abcdef0',
      VolumeSize: 77
    })
    const request = { OwnerIds: ['self'], Filters: [{ Name, Values: [value] }] }
    expect(await found(request)).toEqual(new Set([id]))
  })

  test.each([
    ['fewer than five a page', { MaxResults: 4 }, 'InvalidParameterValue'],
    ['a page size together with ids', { MaxResults: 5, SnapshotIds: [ROOT_SNAPSHOT] }, 'InvalidParameterCombination'],
    ['a token of its own making', { MaxResults: 5, NextToken: 'mine' }, 'InvalidParameterValue'],
    ['an unknown filter', { Filters: [{ Name: 'colour', Values: ['red'] }] }, 'InvalidParameterValue']
  ] as [string, DescribeSnapshotsRequest, string][])('refuses %s', async (_, request, name) => {
    await expect(found(request)).rejects.toMatchObject({ name })
  })

  test('a page has 1000 at the most, and pages show each once, whatever is made or deleted meanwhile', async () => {
    const region = sandbox.world.region('us-east-1', clients.account)
    const ids = Array.from({ length: 2500 }, () => own())
    const pages: string[][] = []
    const input = { OwnerIds: ['self'], MaxResults: 5000 }
    for await (const { Snapshots = [] } of paginateDescribeSnapshots({ client: clients.ec2 }, input)) {
      pages.push(Snapshots.map(({ SnapshotId }) => SnapshotId ?? ''))
      const [gone = ''] = pages[0] ?? []
      region.snapshots.delete(gone)
      own()
    }
    expect(pages[0]).toHaveLength(1000)
    const seen = pages.flat()
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(expect.arrayContaining(ids))
  })
})
