import { CreateImageUsageReportCommand, DeleteImageUsageReportCommand } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { serve, served, useClients } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'
import { addImage } from '../ec2/images/own.ts'
import { allow, outcomeOf, restrict, userOf } from './fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)

const restrictMe = (...statements: object[]) => restrict(sandbox, userOf(clients.account), ...statements)
const reportArn = (id: string) => `arn:aws:ec2:us-east-1:${clients.account}:image-usage-report/${id}`

/** A report of an image of the caller's own, with a tag. */
async function makeReport(team: string): Promise<string> {
  const { ImageId } = addImage(sandbox, clients.account, {}).image
  const TagSpecifications = [{ ResourceType: 'image-usage-report' as const, Tags: [{ Key: 'team', Value: team }] }]
  const ResourceTypes = [{ ResourceType: 'ec2:Instance' }]
  const command = new CreateImageUsageReportCommand({ ImageId, ResourceTypes, TagSpecifications })
  return (await clients.ec2.send(command)).ReportId ?? ''
}

const deleting = (ReportId: string) => outcomeOf(clients.ec2.send(new DeleteImageUsageReportCommand({ ReportId })))

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
describe('image usage reports are authorized', () => {
  test('to be deleted: each by its ARN', async () => {
    const [mine, other] = [await makeReport('web'), await makeReport('web')]
    await restrictMe(allow('ec2:DeleteImageUsageReport', { Resource: reportArn(mine) }))
    expect(await deleting(other)).toBe(`ec2:DeleteImageUsageReport on ${reportArn(other)}`)
    expect(await deleting(mine)).toBe('ok')
  })

  test('to be deleted: by their tags', async () => {
    const [web, db] = [await makeReport('web'), await makeReport('db')]
    const Condition = { StringEquals: { 'aws:ResourceTag/team': 'web' } }
    await restrictMe(allow('ec2:DeleteImageUsageReport', { Condition }))
    expect(await deleting(db)).toBe(`ec2:DeleteImageUsageReport on ${reportArn(db)}`)
    expect(await deleting(web)).toBe('ok')
  })

  test('to be tagged when they are made', async () => {
    await restrictMe(allow('ec2:CreateImageUsageReport'))
    expect(await outcomeOf(makeReport('web'))).toBe(`ec2:CreateTags on ${reportArn('*')}`)
  })
})
