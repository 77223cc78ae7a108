import {
  CreateImageUsageReportCommand,
  type CreateImageUsageReportCommandInput,
  CreateLaunchTemplateCommand,
  DeleteImageUsageReportCommand,
  DescribeImageUsageReportEntriesCommand,
  DescribeImageUsageReportsCommand,
  ModifyImageAttributeCommand,
  waitUntilImageUsageReportAvailable
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, type Clients, clientsFor, serve, served } from '../../../support/sandbox.ts'
import { seeder } from '../fixture.ts'
import { createImage, launch, launched, settle } from '../make.ts'

const DAY_SECONDS = 86_400
const TYPES = [{ ResourceType: 'ec2:Instance' }, { ResourceType: 'ec2:LaunchTemplate' }]

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))

/** An image that another account has launched and named in a launch template. */
async function shared(): Promise<{ owner: Clients; friend: Clients; imageId: string }> {
  const [owner, friend] = [clientsFor(sandbox.url), clientsFor(sandbox.url)]
  const ImageId = await createImage(owner, { InstanceId: await launched(sandbox, owner, 'stopped'), Name: 'shared' })
  await settle(sandbox)
  const LaunchPermission = { Add: [{ UserId: friend.account }] }
  await owner.ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission }))
  await launch(friend, { ImageId })
  await friend.ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: 'web', LaunchTemplateData: { ImageId } }))
  await launch(owner, { ImageId })
  return { owner, friend, imageId: ImageId }
}

async function report({ ec2 }: Clients, ImageId: string, more: Partial<CreateImageUsageReportCommandInput> = {}) {
  const { ReportId = '' } = await ec2.send(
    new CreateImageUsageReportCommand({ ImageId, ResourceTypes: TYPES, ...more })
  )
  return ReportId
}

const reportsOf = async ({ ec2 }: Clients) =>
  (await ec2.send(new DescribeImageUsageReportsCommand({}))).ImageUsageReports ?? []

async function entriesOf({ ec2 }: Clients, ReportId: string) {
  await settle(sandbox)
  return (await ec2.send(new DescribeImageUsageReportEntriesCommand({ ReportIds: [ReportId] }))).ImageUsageReportEntries
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/your-ec2-ami-usage.html
describe('a usage report', () => {
  test('counts what other accounts have that names the image, once it is old enough to be known', async () => {
    const { owner, friend, imageId } = await shared()
    await advance(sandbox, 4 * DAY_SECONDS)
    const ReportId = await report(owner, imageId)
    const common = { ReportId, ImageId: imageId, AccountId: friend.account, ReportCreationTime: expect.any(Date) }
    expect(await entriesOf(owner, ReportId)).toEqual([
      { ...common, ResourceType: 'ec2:Instance', UsageCount: 1 },
      { ...common, ResourceType: 'ec2:LaunchTemplate', UsageCount: 1 }
    ])
  })

  test('misses what is younger than a day', async () => {
    const { owner, imageId } = await shared()
    expect(await entriesOf(owner, await report(owner, imageId))).toEqual([])
  })

  test('is pending first; the waiter of the SDK knows when it is available', async () => {
    const { owner, imageId } = await shared()
    const ReportId = await report(owner, imageId)
    expect((await reportsOf(owner)).map(({ State }) => State)).toEqual(['pending'])
    await settle(sandbox)
    const waited = await waitUntilImageUsageReportAvailable(
      { client: owner.ec2, maxWaitTime: 20 },
      { ReportIds: [ReportId] }
    )
    expect(waited.state).toBe('SUCCESS')
  })

  test('is gone after 30 days, or once it is deleted', async () => {
    const { owner, imageId } = await shared()
    const ReportId = await report(owner, imageId)
    await settle(sandbox)
    await report(owner, imageId)
    await owner.ec2.send(new DeleteImageUsageReportCommand({ ReportId }))
    expect(await reportsOf(owner)).toHaveLength(1)
    await advance(sandbox, 30 * DAY_SECONDS)
    expect(await reportsOf(owner)).toEqual([])
  })

  test('is about the accounts that are named', async () => {
    const { owner, imageId } = await shared()
    await advance(sandbox, 4 * DAY_SECONDS)
    expect(await entriesOf(owner, await report(owner, imageId, { AccountIds: ['999999999998'] }))).toEqual([])
  })

  test('is made once for a ClientToken, and one at a time', async () => {
    const { owner, imageId } = await shared()
    const first = await report(owner, imageId, { ClientToken: 'a' })
    expect(await report(owner, imageId, { ClientToken: 'a' })).toBe(first)
    await expect(report(owner, imageId)).rejects.toMatchObject({ name: 'ResourceLimitExceeded' })
  })

  test("is its owner's to make", async () => {
    const { friend, imageId } = await shared()
    await expect(report(friend, imageId)).rejects.toMatchObject({ name: 'AuthFailure' })
  })
})
