import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { advance, newAccount, serve, served } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'
import { createRule, days, delay, type Rbin, rbinOf } from './client.ts'

const DAY_SECONDS = 24 * 3600
const TAG = { ResourceTagKey: 'keep', ResourceTagValue: 'yes' }
const UNKNOWN = 'abcdefghijk'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
let account: string
let rbin: Rbin
beforeEach(() => {
  account = newAccount()
  rbin = rbinOf(sandbox, account)
})

const get = async (id: string) => (await rbin('GET', `/rules/${id}`)).body
const list = async (input: object): Promise<{ Rules: { Identifier: string }[]; NextToken?: string }> =>
  (await rbin('POST', '/list-rules', { ResourceType: 'EBS_SNAPSHOT', ...input })).body as never

// https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_CreateRule.html
describe('CreateRule', () => {
  test('answers the rule with status 201; a Region-level rule is unlocked', async () => {
    const input = { ResourceType: 'EC2_IMAGE', RetentionPeriod: days(3), Description: 'three days' }
    const { status, body } = await rbin('POST', '/rules', { ...input, Tags: [{ Key: 'team', Value: 'a' }] })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      ...input,
      Status: 'pending',
      LockState: 'unlocked',
      Tags: [{ Key: 'team', Value: 'a' }]
    })
    expect(body.Identifier).toMatch(/^[0-9a-zA-Z]{11}$/)
    expect(body.RuleArn).toBe(`arn:aws:rbin:us-east-1:${account}:rule/${body.Identifier}`)
  })

  // https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin-considerations.html
  test("an account's first rule takes up to 30 minutes to become active, the next ones hardly any time", async () => {
    const first = await createRule(rbin)
    await advance(sandbox, 60)
    expect(await get(first.Identifier)).toMatchObject({ Status: 'pending' })
    await advance(sandbox, 29 * 60)
    expect(await get(first.Identifier)).toMatchObject({ Status: 'available' })
    const second = await createRule(rbin)
    await advance(sandbox, 1)
    expect(await get(second.Identifier)).toMatchObject({ Status: 'available' })
  })

  test.each([
    ['an unknown resource type', { ResourceType: 'S3_BUCKET' }],
    ['no resource type', { ResourceType: undefined }],
    ['more than 365 days', { RetentionPeriod: days(366) }],
    ['more than seven days for volumes', { ResourceType: 'EBS_VOLUME', RetentionPeriod: days(8) }],
    ['another unit than days', { RetentionPeriod: { RetentionPeriodValue: 1, RetentionPeriodUnit: 'HOURS' } }],
    ['no unit', { RetentionPeriod: { RetentionPeriodValue: 1 } }],
    ['a description that is too long', { Description: 'x'.repeat(256) }],
    ['resource tags and exclusion tags', { ResourceTags: [TAG], ExcludeResourceTags: [TAG] }],
    ['six exclusion tags', { ExcludeResourceTags: Array.from({ length: 6 }, (_, i) => ({ ResourceTagKey: `${i}` })) }],
    ['a lock on a tag-level rule', { ResourceTags: [TAG], LockConfiguration: delay(7) }],
    ['a lock on a rule with exclusion tags', { ExcludeResourceTags: [TAG], LockConfiguration: delay(7) }],
    ['an unlock delay of six days', { LockConfiguration: delay(6) }],
    ['an unlock delay of 31 days', { LockConfiguration: delay(31) }]
  ])('refuses %s', async (_, change) => {
    const input = { ResourceType: 'EBS_SNAPSHOT', RetentionPeriod: days(7), ...change }
    expect(await rbin('POST', '/rules', input)).toMatchObject({ status: 400, code: 'ValidationException' })
    expect((await list({})).Rules).toEqual([])
  })

  // https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin-quotas.html
  test('refuses the 251st rule of a Region', async () => {
    for (let i = 0; i < 250; i++) await createRule(rbin)
    const input = { ResourceType: 'EC2_IMAGE', RetentionPeriod: days(1) }
    const refusal = { status: 402, code: 'ServiceQuotaExceededException' }
    expect(await rbin('POST', '/rules', input)).toMatchObject(refusal)
  })
})

// https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_ListRules.html
describe('ListRules', () => {
  test('by resource type, resource tags, exclusion tags and lock state', async () => {
    const open = await createRule(rbin)
    const tagged = await createRule(rbin, { ResourceTags: [TAG] })
    const excluding = await createRule(rbin, { ExcludeResourceTags: [TAG] })
    const locked = await createRule(rbin, { LockConfiguration: delay(7) })
    const image = await createRule(rbin, { ResourceType: 'EC2_IMAGE' })
    const ids = async (input: object) => (await list(input)).Rules.map(({ Identifier }) => Identifier)
    const all = [open, tagged, excluding, locked].map(({ Identifier }) => Identifier)
    expect(await ids({})).toEqual(all)
    expect(await ids({ ResourceType: 'EC2_IMAGE' })).toEqual([image.Identifier])
    expect(await ids({ ResourceTags: [TAG] })).toEqual([tagged.Identifier])
    expect(await ids({ ExcludeResourceTags: [TAG] })).toEqual([excluding.Identifier])
    expect(await ids({ LockState: 'locked' })).toEqual([locked.Identifier])
  })

  test('in pages', async () => {
    const made = [await createRule(rbin), await createRule(rbin), await createRule(rbin)]
    const first = await list({ MaxResults: 2 })
    const second = await list({ MaxResults: 2, NextToken: first.NextToken })
    const seen = [...first.Rules, ...second.Rules].map(({ Identifier }) => Identifier)
    expect(seen).toEqual(made.map(({ Identifier }) => Identifier))
    expect(second).not.toHaveProperty('NextToken')
    const wrong = { ResourceType: 'EBS_SNAPSHOT', NextToken: 'mine' }
    expect(await rbin('POST', '/list-rules', wrong)).toMatchObject({ status: 400, code: 'ValidationException' })
  })
})

// https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_UpdateRule.html
describe('UpdateRule and DeleteRule', () => {
  test('change all but the resource type, and leave what is not given', async () => {
    const { Identifier: id } = await createRule(rbin, { Description: 'old', ExcludeResourceTags: [TAG] })
    const change = { RetentionPeriod: days(9), ExcludeResourceTags: [], ResourceTags: [TAG] }
    expect(await rbin('PATCH', `/rules/${id}`, change)).toMatchObject({ status: 200, body: change })
    expect(await get(id)).toMatchObject({ ...change, Description: 'old', ResourceType: 'EBS_SNAPSHOT' })
    const other = await rbin('PATCH', `/rules/${id}`, { ResourceType: 'EC2_IMAGE' })
    expect(other).toMatchObject({ status: 400, code: 'ValidationException' })
  })

  test('a deleted rule is gone, with an empty answer of status 204', async () => {
    const { Identifier: id } = await createRule(rbin)
    expect(await rbin('DELETE', `/rules/${id}`)).toEqual({ status: 204, code: '', body: {} })
    expect(await rbin('GET', `/rules/${id}`)).toMatchObject({ status: 404, code: 'ResourceNotFoundException' })
  })
})

// https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin-lock.html
describe('a locked rule', () => {
  test('can be neither changed nor deleted, until the delay after its unlocking is over, by the clock', async () => {
    const { Identifier: id } = await createRule(rbin)
    const attempts = async () => [
      (await rbin('PATCH', `/rules/${id}`, { Description: 'new' })).status,
      (await rbin('DELETE', `/rules/${id}`)).status
    ]
    await rbin('PATCH', `/rules/${id}/lock`, { LockConfiguration: delay(8) })
    expect(await get(id)).toMatchObject({ LockState: 'locked', LockConfiguration: delay(8) })
    expect(await attempts()).toEqual([409, 409])
    const ends = (sandbox.world.clock.now().getTime() + 8 * DAY_SECONDS * 1000) / 1000
    const { body } = await rbin('PATCH', `/rules/${id}/unlock`)
    expect(body).toMatchObject({ LockState: 'pending_unlock' })
    expect(Math.abs(Number(body.LockEndTime) - ends)).toBeLessThan(60)
    await advance(sandbox, 7 * DAY_SECONDS)
    expect(await attempts()).toEqual([409, 409])
    await advance(sandbox, DAY_SECONDS)
    expect(await get(id)).toMatchObject({ LockState: 'unlocked' })
    expect(await attempts()).toEqual([200, 204])
  })

  test.each([
    ['a tag-level rule', { ResourceTags: [TAG] }],
    ['a rule with exclusion tags', { ExcludeResourceTags: [TAG] }]
  ])('is never %s', async (_, change) => {
    const { Identifier: id } = await createRule(rbin, change)
    const { status } = await rbin('PATCH', `/rules/${id}/lock`, { LockConfiguration: delay(7) })
    expect(status).toBe(400)
  })

  test('only a locked one can be unlocked, and only an unlocked one locked', async () => {
    const { Identifier: id } = await createRule(rbin)
    expect(await rbin('PATCH', `/rules/${id}/unlock`)).toMatchObject({ status: 409, code: 'ConflictException' })
    await rbin('PATCH', `/rules/${id}/lock`, { LockConfiguration: delay(7) })
    const again = await rbin('PATCH', `/rules/${id}/lock`, { LockConfiguration: delay(9) })
    expect(again).toMatchObject({ status: 409, code: 'ConflictException' })
  })
})

// https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_TagResource.html
describe('tags of a rule', () => {
  test('are set, listed and taken away by its ARN', async () => {
    const { RuleArn } = await createRule(rbin, { Tags: [{ Key: 'a', Value: '1' }] })
    const path = `/tags/${encodeURIComponent(RuleArn)}`
    const set = await rbin('POST', path, {
      Tags: [
        { Key: 'a', Value: '2' },
        { Key: 'b', Value: '' },
        { Key: 'c', Value: '3' }
      ]
    })
    expect(set.status).toBe(201)
    expect((await rbin('DELETE', `${path}?tagKeys=a&tagKeys=b`)).status).toBe(204)
    expect((await rbin('GET', path)).body).toEqual({ Tags: [{ Key: 'c', Value: '3' }] })
  })

  test.each([
    ['an ARN that is none', 'arn', 400, 'ValidationException'],
    ['an unknown rule', `arn:aws:rbin:us-east-1:111122223333:rule/${UNKNOWN}`, 404, 'ResourceNotFoundException']
  ])('refuses %s', async (_, arn, status, code) => {
    expect(await rbin('GET', `/tags/${encodeURIComponent(arn)}`)).toMatchObject({ status, code })
  })
})

// https://docs.aws.amazon.com/recyclebin/latest/APIReference/CommonErrors.html
describe('the service', () => {
  test.each([
    ['GET', `/rules/${UNKNOWN}`, 404, 'ResourceNotFoundException'],
    ['GET', '/rules/short', 400, 'ValidationException'],
    ['DELETE', `/rules/${UNKNOWN}`, 404, 'ResourceNotFoundException'],
    ['PATCH', `/rules/${UNKNOWN}/unlock`, 404, 'ResourceNotFoundException'],
    ['PATCH', `/rules/${UNKNOWN}/lock`, 400, 'ValidationException'],
    ['GET', '/nowhere', 404, 'UnknownOperationException'],
    ['PUT', '/rules', 404, 'UnknownOperationException']
  ])('%s %s: %d %s', async (method, path, status, code) => {
    expect(await rbin(method, path)).toMatchObject({ status, code })
  })

  test("another account's rule is not there", async () => {
    const { Identifier: id, RuleArn } = await createRule(rbin)
    const stranger = rbinOf(sandbox, newAccount())
    expect((await stranger('GET', `/rules/${id}`)).status).toBe(404)
    expect((await stranger('GET', `/tags/${encodeURIComponent(RuleArn)}`)).status).toBe(404)
    expect((await stranger('POST', '/list-rules', { ResourceType: 'EBS_SNAPSHOT' })).body).toEqual({ Rules: [] })
  })
})
