import { DescribeImagesCommand, GetImageFindingsCommand, paginateGetImageFindings } from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { addImage } from '../images/own.ts'
import { imageOf, snapshotIdsOf } from '../make.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)
let own: string
beforeEach(() => {
  own = addImage(sandbox, clients.account).image.ImageId
})

async function seed(...findings: object[]): Promise<string | undefined> {
  const body = JSON.stringify({ account: clients.account, findings })
  const answer = await fetch(`${sandbox.url}/_sandbox/seed`, { method: 'POST', body })
  return ((await answer.json()) as { error?: string }).error
}
const findingsOf = async (ImageId: string, { ec2 }: Clients = clients) =>
  (await ec2.send(new GetImageFindingsCommand({ ImageId }))).ImageFindings

const OPENSSL = {
  Title: 'CVE-2026-1234 - openssl',
  SeverityLabel: 'critical',
  Score: 9.8,
  FixAvailable: true,
  Paths: ['/usr/lib64/libssl.so.3'],
  FirstObservedAt: '2026-03-01T00:00:00.000Z',
  UpdatedAt: '2026-03-05T00:00:00.000Z',
  SnapshotId: 'snap-0123456789abcdef0'
}
const dated = (finding: { FirstObservedAt: string; UpdatedAt: string }) => ({
  ...finding,
  FirstObservedAt: new Date(finding.FirstObservedAt),
  UpdatedAt: new Date(finding.UpdatedAt)
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetImageFindings.html
describe('GetImageFindings', () => {
  test('an image that was never scanned has none, and no scan results', async () => {
    expect(await findingsOf(own)).toEqual([])
    expect((await imageOf(clients, own))?.ScanResults).toBeUndefined()
  })

  test('answers what was seeded', async () => {
    expect(await seed({ imageId: own, findings: [OPENSSL] })).toBeUndefined()
    expect(await findingsOf(own)).toEqual([dated(OPENSSL)])
  })

  test('what the seed leaves out: found now, in the image’s first snapshot, without a fix', async () => {
    const now = sandbox.world.clock.now()
    await seed({ imageId: own, findings: [{ SeverityLabel: 'low' }] })
    const [SnapshotId] = snapshotIdsOf(await imageOf(clients, own))
    const [finding] = (await findingsOf(own)) ?? []
    expect(finding).toMatchObject({ SeverityLabel: 'low', FixAvailable: false, SnapshotId })
    expect(Number(finding?.FirstObservedAt)).toBeGreaterThanOrEqual(Math.floor(now.getTime() / 1000) * 1000)
  })

  test('up to 10 paths of each', async () => {
    const Paths = Array.from({ length: 12 }, (_, i) => `/opt/${i}`)
    await seed({ imageId: own, findings: [{ SeverityLabel: 'low', Paths }] })
    expect((await findingsOf(own))?.[0]?.Paths).toEqual(Paths.slice(0, 10))
  })

  test('in pages', async () => {
    const findings = Array.from({ length: 25 }, (_, i) => ({ SeverityLabel: 'low', Title: `CVE-2026-${i}` }))
    await seed({ imageId: own, findings })
    const pages: string[][] = []
    for await (const page of paginateGetImageFindings({ client: clients.ec2, pageSize: 10 }, { ImageId: own })) {
      pages.push((page.ImageFindings ?? []).map(({ Title = '' }) => Title))
    }
    expect(pages.map(page => page.length)).toEqual([10, 10, 5])
    expect(pages.flat()).toEqual(findings.map(({ Title }) => Title))
  })

  test('of public and shared images too, and of no others', async () => {
    const other = clientsFor(sandbox.url)
    const launchPermissions = [{ UserId: other.account }]
    const shared = addImage(sandbox, clients.account, { launchPermissions }).image.ImageId
    await seed({ imageId: shared, findings: [OPENSSL] }, { imageId: IMAGES.linux, findings: [OPENSSL] })
    expect(await findingsOf(shared, other)).toHaveLength(1)
    expect(await findingsOf(IMAGES.linux, other)).toHaveLength(1)
    await expect(findingsOf(own, other)).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
  })

  test.each([
    ['ami-zz', 'InvalidAMIID.Malformed'],
    ['ami-0123456789abcdef0', 'InvalidAMIID.NotFound'],
    ['', 'MissingParameter']
  ])('refuses the id "%s": %s', async (id, name) => {
    await expect(findingsOf(id)).rejects.toMatchObject({ name })
  })

  test('a dry run', async () => {
    const dry = clients.ec2.send(new GetImageFindingsCommand({ ImageId: own, DryRun: true }))
    await expect(dry).rejects.toMatchObject({ name: 'DryRunOperation' })
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ScanResults.html
describe('the ScanResults of an image', () => {
  test('of a clean one are the date of its scan', async () => {
    await seed({ imageId: own, findings: [], ScanResults: { FindingScanDate: '2026-03-05T00:00:00Z' } })
    const results = (await imageOf(clients, own))?.ScanResults
    expect(results).toEqual({ FindingScanDate: new Date('2026-03-05T00:00:00Z') })
  })

  test('have the highest severity, and by severity since when there is a fix', async () => {
    const findings = [
      { SeverityLabel: 'high' },
      { SeverityLabel: 'medium', FixAvailable: true, FirstObservedAt: '2026-02-03T00:00:00Z' },
      { SeverityLabel: 'medium', FixAvailable: true, FirstObservedAt: '2026-02-01T00:00:00Z' },
      { SeverityLabel: 'medium', FirstObservedAt: '2026-01-01T00:00:00Z' }
    ]
    const ScanResults = { FindingScanDate: '2026-03-05T00:00:00Z', LowFixAvailableSince: '2026-01-31T00:00:00Z' }
    await seed({ imageId: own, findings, ScanResults })
    expect((await imageOf(clients, own))?.ScanResults).toEqual({
      FindingScanDate: new Date('2026-03-05T00:00:00Z'),
      HighestFindingSeverityLabel: 'high',
      MediumFixAvailableSince: new Date('2026-02-01T00:00:00Z'),
      LowFixAvailableSince: new Date('2026-01-31T00:00:00Z')
    })
  })

  test('can be filtered by', async () => {
    await seed({ imageId: own, findings: [OPENSSL] })
    const Filters = [{ Name: 'scan-result.highest-finding-severity-label', Values: ['critical'] }]
    const { Images = [] } = await clients.ec2.send(new DescribeImagesCommand({ Owners: ['self'], Filters }))
    expect(Images.map(({ ImageId }) => ImageId)).toEqual([own])
  })
})

describe('a seed of findings is refused', () => {
  test.each([
    ['of an unknown image', { imageId: 'ami-0123456789abcdef0' }, /no image ami-0123456789abcdef0/],
    ['with an unknown severity', { findings: [{ SeverityLabel: 'HIGH' }] }, /^findings\.0\.findings\.0\.SeverityLabel/],
    ['without a severity', { findings: [{ Title: 'CVE' }] }, /^findings\.0\.findings\.0\.SeverityLabel/],
    ['with a member that does not exist', { findings: [{ SeverityLabel: 'low', Cve: 'x' }] }, /Cve/],
    ['with what is no time', { findings: [{ SeverityLabel: 'low', UpdatedAt: 'now' }] }, /UpdatedAt/]
  ] as [string, object, RegExp][])('%s', async (_, change, error) => {
    expect(await seed({ imageId: own, findings: [], ...change })).toMatch(error)
    expect(await findingsOf(own)).toEqual([])
  })
})
