import { DescribeImagesCommand, type DescribeImagesRequest, TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, newAccount, serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { launched, settle } from '../make.ts'
import { addImage } from './own.ts'

const UNKNOWN = 'ami-0123456789abcdef0'
const AMAZON = '137112412989'
const DAY_MS = 86_400_000

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)
const stranger = useClients(sandbox)
beforeEach(async () => {
  await sandbox.world.reset()
})

async function idsOf({ ec2 }: Clients, request: DescribeImagesRequest): Promise<string[]> {
  const { Images = [] } = await ec2.send(new DescribeImagesCommand(request))
  return Images.map(({ ImageId = '' }) => ImageId).sort()
}

const inDays = (days: number) => new Date(sandbox.world.clock.now().getTime() + days * DAY_MS).toISOString()
const own = (change: Parameters<typeof addImage>[2] = {}) => addImage(sandbox, clients.account, change).image.ImageId

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
describe('Owners', () => {
  test('without it, all that the caller may launch: its own, public and shared ones', async () => {
    const mine = own()
    const shared = addImage(sandbox, stranger.account, { launchPermissions: [{ UserId: clients.account }] })
    const found = await idsOf(clients, {})
    expect(found).toEqual(expect.arrayContaining([mine, shared.image.ImageId, IMAGES.linux]))
    expect(found).not.toContain(IMAGES.foreign)
  })

  test('takes self, account ids and aliases, joined by or', async () => {
    const mine = own()
    const vendor = addImage(sandbox, stranger.account, {
      ImageOwnerAlias: 'aws-marketplace',
      launchPermissions: [{ Group: 'all' }]
    }).image.ImageId
    expect(await idsOf(clients, { Owners: ['self'] })).toEqual([mine])
    expect(await idsOf(clients, { Owners: [stranger.account] })).toEqual([vendor])
    expect(await idsOf(clients, { Owners: ['self', 'aws-marketplace'] })).toEqual([mine, vendor].sort())
    expect(await idsOf(clients, { Owners: [AMAZON] })).toContain(IMAGES.linux)
  })

  // https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html (InvalidUserID.Malformed)
  test.each([
    ['Owners', { Owners: ['canonical'] }],
    ['ExecutableUsers', { ExecutableUsers: ['1234'] }]
  ])('refuses a malformed account in %s', async (_, request) => {
    await expect(idsOf(clients, request)).rejects.toMatchObject({ name: 'InvalidUserID.Malformed' })
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html (ExecutableBy.N)
describe('ExecutableUsers', () => {
  const ORGANIZATION = 'arn:aws:organizations::111122223333:organization/o-123example'
  let named: string
  let byOrganization: string
  let byOther: string
  let everybody: string
  const other = newAccount()
  beforeEach(() => {
    sandbox.world.organizations.set(ORGANIZATION, { arn: ORGANIZATION, accounts: [clients.account, other] })
    const share = (permission: object) =>
      addImage(sandbox, stranger.account, { launchPermissions: [permission] }).image.ImageId
    named = share({ UserId: clients.account })
    byOrganization = share({ OrganizationArn: ORGANIZATION })
    byOther = addImage(sandbox, clients.account, { launchPermissions: [{ UserId: other }] }).image.ImageId
    everybody = share({ Group: 'all' })
  })

  test('self: those shared with the caller, and with its organization', async () => {
    const expected = [named, byOrganization].sort()
    expect(await idsOf(clients, { ExecutableUsers: ['self'] })).toEqual(expected)
    expect(await idsOf(clients, { ExecutableUsers: [clients.account] })).toEqual(expected)
  })

  test('another account: those that name it, none shared with its organization', async () => {
    expect(await idsOf(clients, { ExecutableUsers: [other] })).toEqual([byOther])
  })

  test('all: the public ones', async () => {
    const found = await idsOf(clients, { ExecutableUsers: ['all'] })
    expect(found).toContain(everybody)
    expect(found).not.toContain(named)
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html
describe('a deprecated image', () => {
  const share = { launchPermissions: [{ Group: 'all' as const }] }

  test('is hidden from others by the clock, unless they name it or ask for such', async () => {
    const id = addImage(sandbox, stranger.account, { ...share, DeprecationTime: inDays(1) }).image.ImageId
    const Filters = [{ Name: 'image-id', Values: [id] }]
    expect(await idsOf(clients, { Filters })).toEqual([id])
    sandbox.world.clock.advance(DAY_MS)
    expect(await idsOf(clients, { Filters })).toEqual([])
    expect(await idsOf(clients, { Filters, IncludeDeprecated: true })).toEqual([id])
    expect(await idsOf(clients, { ImageIds: [id] })).toEqual([id])
  })

  test('is always shown to its owner', async () => {
    const id = own({ DeprecationTime: inDays(-1) })
    expect(await idsOf(clients, { Owners: ['self'] })).toEqual([id])
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/disable-an-ami.html
test('a disabled image is shown to its owner only, who must ask for such', async () => {
  const id = own({ State: 'disabled' })
  expect(await idsOf(clients, { Owners: ['self'] })).toEqual([])
  expect(await idsOf(clients, { ImageIds: [id] })).toEqual([])
  expect(await idsOf(clients, { ImageIds: [id], IncludeDisabled: true })).toEqual([id])
  await expect(idsOf(stranger, { ImageIds: [id], IncludeDisabled: true })).rejects.toMatchObject({
    name: 'InvalidAMIID.NotFound'
  })
})

describe('what others do not see', () => {
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html (user-defined tags)
  test('the tags of an image, be it by a filter', async () => {
    const id = own({ tags: { secret: 'a' }, launchPermissions: [{ UserId: stranger.account }] })
    const { Images = [] } = await stranger.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }))
    expect(Images.map(({ Tags }) => Tags)).toEqual([undefined])
    expect(await idsOf(stranger, { Filters: [{ Name: 'tag:secret', Values: ['*'] }] })).toEqual([])
    expect(await idsOf(stranger, { Filters: [{ Name: 'tag-key', Values: ['secret'] }] })).toEqual([])
    expect(await idsOf(clients, { Filters: [{ Name: 'tag:secret', Values: ['a'] }] })).toEqual([id])
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-last-launched-time.html
  test('when it was last launched', async () => {
    const id = own({ LastLaunchedTime: inDays(-3), launchPermissions: [{ UserId: stranger.account }] })
    const seenBy = async ({ ec2 }: Clients) =>
      (await ec2.send(new DescribeImagesCommand({ ImageIds: [id] }))).Images?.[0]?.LastLaunchedTime
    expect(await seenBy(clients)).toMatch(/Z$/)
    expect(await seenBy(stranger)).toBeUndefined()
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html (recently deregistered images)
test('a deregistered image is an empty result while an instance runs on it, an error afterwards', async () => {
  const id = own()
  const InstanceId = await launched(sandbox, clients, 'running', { ImageId: id })
  sandbox.world.region('us-east-1', clients.account).images.delete(id)
  expect(await idsOf(clients, { ImageIds: [id] })).toEqual([])
  await expect(idsOf(stranger, { ImageIds: [id] })).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
  await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }))
  await settle(sandbox)
  await expect(idsOf(clients, { ImageIds: [id] })).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html#api-pagination
describe('pages', () => {
  const COUNT = 25

  async function* pages(request: DescribeImagesRequest) {
    let NextToken: string | undefined
    do {
      const answer = await clients.ec2.send(new DescribeImagesCommand({ ...request, ...(NextToken && { NextToken }) }))
      yield (answer.Images ?? []).map(({ ImageId = '' }) => ImageId)
      NextToken = answer.NextToken
    } while (NextToken)
  }

  async function list(request: DescribeImagesRequest): Promise<string[][]> {
    const found: string[][] = []
    for await (const page of pages(request)) found.push(page)
    return found
  }

  test.each([
    [1, 25],
    [7, 4],
    [24, 2],
    [25, 1],
    [1000, 1]
  ])('of %i: each image once', async (MaxResults, expected) => {
    const ids = Array.from({ length: COUNT }, () => own())
    const found = await list({ Owners: ['self'], MaxResults })
    expect(found).toHaveLength(expected)
    expect(found.flat().sort()).toEqual(ids.sort())
  })

  test('come in an order that is neither that of creation nor that of the ids, and stays', async () => {
    const ids = Array.from({ length: COUNT }, () => own())
    const first = (await list({ Owners: ['self'], MaxResults: 10 })).flat()
    expect(first).not.toEqual(ids)
    expect(first).not.toEqual([...ids].sort())
    expect((await list({ Owners: ['self'], MaxResults: 3 })).flat()).toEqual(first)
    expect((await list({ Owners: ['self'] })).flat()).toEqual(first)
  })

  test('show each image once that is there all the time, whatever comes and goes meanwhile', async () => {
    const { images } = sandbox.world.region('us-east-1', clients.account)
    const leaving = Array.from({ length: COUNT }, () => own())
    const staying = Array.from({ length: COUNT }, () => own())
    const found: string[] = []
    for await (const page of pages({ Owners: ['self'], MaxResults: 6 })) {
      found.push(...page)
      for (const id of leaving.splice(0, 4)) images.delete(id)
      own()
    }
    expect(new Set(found).size).toBe(found.length)
    expect(found).toEqual(expect.arrayContaining(staying))
  })

  test('hold what passes the filters: the last one has no token', async () => {
    for (let i = 0; i < COUNT; i++) own({ Name: i % 5 === 0 ? 'fifth' : 'other' })
    const found = await list({ Filters: [{ Name: 'name', Values: ['fifth'] }], MaxResults: 5 })
    expect(found.map(page => page.length)).toEqual([5])
  })

  test('there are none of images that are named', async () => {
    const request = { ImageIds: [own()], MaxResults: 10 }
    await expect(idsOf(clients, request)).rejects.toMatchObject({ name: 'InvalidParameterCombination' })
  })
})

describe('refused', () => {
  test.each([
    [
      'a malformed id',
      { ImageIds: ['ami-1'] },
      'InvalidAMIID.Malformed',
      'Invalid image id: "ami-1" (expecting "ami-...")'
    ],
    [
      'an unknown id among known ones',
      { ImageIds: [IMAGES.linux, UNKNOWN] },
      'InvalidAMIID.NotFound',
      `The image id '[${UNKNOWN}]' does not exist`
    ],
    [
      'several unknown ids',
      { ImageIds: [UNKNOWN, IMAGES.foreign] },
      'InvalidAMIID.NotFound',
      `The image ids '[${UNKNOWN}, ${IMAGES.foreign}]' do not exist`
    ],
    ['a page of no length', { MaxResults: 0 }, 'InvalidParameterValue', '(0) for parameter MaxResults'],
    ['a page that is too long', { MaxResults: 1001 }, 'InvalidParameterValue', '(1001) for parameter MaxResults'],
    ['a token that is none', { NextToken: 'zz' }, 'InvalidParameterValue', '(zz) for parameter NextToken'],
    ['a dry run', { DryRun: true }, 'DryRunOperation', 'DryRun flag is set']
  ])('is %s', async (_, request, name, message) => {
    await expect(idsOf(clients, request)).rejects.toMatchObject({ name, message: expect.stringContaining(message) })
  })
})
