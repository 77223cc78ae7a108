import {
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  LabelParameterVersionCommand,
  type PutParameterRequest,
  type SSMClient,
  UnlabelParameterVersionCommand
} from '@aws-sdk/client-ssm'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { advance, clientsFor, serve, served } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'
import { get, historyOf, NAME, put } from './put.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const label = (ssm: SSMClient, Labels: string[], ParameterVersion?: number) =>
  ssm.send(new LabelParameterVersionCommand({ Name: NAME, Labels, ParameterVersion }))
const unlabel = (ssm: SSMClient, Labels: string[], ParameterVersion: number) =>
  ssm.send(new UnlabelParameterVersionCommand({ Name: NAME, Labels, ParameterVersion }))

async function putMany(ssm: SSMClient, count: number): Promise<void> {
  for (let i = 1; i <= count; i++) await put(ssm, `value ${i}`)
}

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html */
describe('GetParameterHistory', () => {
  test('lists the versions, oldest first, each with what was said of it', async () => {
    const { ssm, account } = clientsFor(sandbox.url)
    await put(ssm, '1', { Description: 'first', AllowedPattern: '^\\d$' })
    await put(ssm, '2', { Description: 'second', Tier: 'Advanced' })
    await label(ssm, ['live'])
    const common = {
      ...{ Name: NAME, Type: 'String', DataType: 'text', AllowedPattern: '^\\d$', Policies: [] },
      LastModifiedDate: expect.any(Date),
      LastModifiedUser: `arn:aws:iam::${account}:user/sandbox`
    }
    expect(await historyOf(ssm)).toEqual([
      { ...common, Value: '1', Version: 1, Description: 'first', Tier: 'Standard', Labels: [] },
      { ...common, Value: '2', Version: 2, Description: 'second', Tier: 'Advanced', Labels: ['live'] }
    ])
  })

  test('has pages of fifty at the most', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await putMany(ssm, 3)
    const first = await ssm.send(new GetParameterHistoryCommand({ Name: NAME, MaxResults: 2 }))
    expect(first.Parameters?.map(({ Version }) => Version)).toEqual([1, 2])
    const request = new GetParameterHistoryCommand({ Name: NAME, NextToken: first.NextToken })
    expect((await ssm.send(request)).Parameters?.map(({ Version }) => Version)).toEqual([3])
    const more = ssm.send(new GetParameterHistoryCommand({ Name: NAME, MaxResults: 51 }))
    await expect(more).rejects.toMatchObject({ name: 'ValidationException' })
  })

  test('answers a SecureString encrypted, unless asked otherwise', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await put(ssm, 'hunter2', { Type: 'SecureString' })
    const read = async (WithDecryption: boolean) =>
      (await ssm.send(new GetParameterHistoryCommand({ Name: NAME, WithDecryption }))).Parameters?.[0]
    expect((await read(false))?.Value).not.toContain('hunter2')
    expect(await read(true)).toMatchObject({ Value: 'hunter2', KeyId: 'alias/aws/ssm' })
  })

  test('needs a parameter', async () => {
    await expect(historyOf(clientsFor(sandbox.url).ssm)).rejects.toMatchObject({ name: 'ParameterNotFound' })
  })
})

/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html */
describe('of a parameter’s versions', () => {
  test('the hundred newest are kept', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await putMany(ssm, 102)
    const history = await historyOf(ssm)
    expect([history.length, history[0]?.Version, history.at(-1)?.Version]).toEqual([100, 3, 102])
    await expect(get(ssm, `${NAME}:2`)).rejects.toMatchObject({ name: 'ParameterVersionNotFound' })
  })

  test('the oldest is not dropped while it is labelled: no further one can be put', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await putMany(ssm, 100)
    await label(ssm, ['live'], 1)
    await expect(put(ssm, 'x')).rejects.toMatchObject({
      name: 'ParameterMaxVersionLimitExceeded',
      message: `You attempted to create a new version of ${NAME} by calling the PutParameter API with the overwrite flag. Version 1, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`
    })
    await label(ssm, ['live'], 2)
    expect(await put(ssm, 'x')).toMatchObject({ Version: 101 })
    expect(await get(ssm, `${NAME}:live`)).toMatchObject({ Version: 2 })
  })
})

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_LabelParameterVersion.html */
describe('LabelParameterVersion', () => {
  test('labels the latest version, unless another is named; GetParameter reads by label', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await putMany(ssm, 2)
    expect(await label(ssm, ['live'])).toMatchObject({ ParameterVersion: 2, InvalidLabels: [] })
    expect(await label(ssm, ['previous'], 1)).toMatchObject({ ParameterVersion: 1 })
    expect(await get(ssm, `${NAME}:live`)).toMatchObject({ Name: NAME, Version: 2, Selector: ':live' })
    expect(await get(ssm, `${NAME}:previous`)).toMatchObject({ Value: 'value 1', Version: 1 })
  })

  test('moves a label that another version has; it does not follow new versions', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await putMany(ssm, 2)
    await label(ssm, ['live', 'tested'], 1)
    await label(ssm, ['live'], 2)
    expect((await historyOf(ssm)).map(({ Labels }) => Labels)).toEqual([['tested'], ['live']])
    await put(ssm, 'third')
    expect(await get(ssm, `${NAME}:live`)).toMatchObject({ Version: 2 })
  })

  test('leaves labels out that are not valid, and answers them', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await putMany(ssm, 1)
    const invalid = ['1st', 'aws-live', 'AWS', 'ssm', 'a b', 'a/b']
    expect(await label(ssm, ['live', ...invalid])).toMatchObject({ InvalidLabels: invalid })
    expect((await historyOf(ssm))[0]?.Labels).toEqual(['live'])
  })

  const ten = Array.from({ length: 10 }, (_, i) => `label-${i}`)
  test.each([
    ['more than ten labels at a version', ['live'], undefined, 'ParameterVersionLabelLimitExceeded'],
    ['more than ten at once', [...ten, 'live'], undefined, 'ValidationException'],
    ['none', [], undefined, 'ValidationException'],
    ['more than 100 characters', ['a'.repeat(101)], undefined, 'ValidationException'],
    ['a version that is not there', ['live'], 7, 'ParameterVersionNotFound']
  ])('refuses %s', async (_, labels, version, name) => {
    const { ssm } = clientsFor(sandbox.url)
    await putMany(ssm, 1)
    await label(ssm, ten)
    await expect(label(ssm, labels, version)).rejects.toMatchObject({ name })
    expect((await historyOf(ssm))[0]?.Labels).toEqual(ten)
  })

  test('needs a parameter of the account’s own', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await putMany(ssm, 1)
    await expect(label(clientsFor(sandbox.url).ssm, ['live'])).rejects.toMatchObject({ name: 'ParameterNotFound' })
  })
})

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UnlabelParameterVersion.html */
describe('UnlabelParameterVersion', () => {
  test('takes labels off, and answers those that the version does not have', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await putMany(ssm, 2)
    await label(ssm, ['live', 'tested'])
    expect(await unlabel(ssm, ['live', 'none'], 2)).toMatchObject({ RemovedLabels: ['live'], InvalidLabels: ['none'] })
    expect((await historyOf(ssm))[1]?.Labels).toEqual(['tested'])
    await expect(get(ssm, `${NAME}:live`)).rejects.toMatchObject({ name: 'ParameterVersionNotFound' })
  })

  test('needs a version that is there', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await putMany(ssm, 1)
    await expect(unlabel(ssm, ['live'], 7)).rejects.toMatchObject({ name: 'ParameterVersionNotFound' })
  })
})

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
test('GetParametersByPath filters by label, and answers the version that has it', async () => {
  const { ssm } = clientsFor(sandbox.url)
  await putMany(ssm, 2)
  await label(ssm, ['live'], 1)
  await put(ssm, 'x', { Name: '/golden/db' })
  const ParameterFilters = [{ Key: 'Label', Values: ['live'] }]
  const { Parameters } = await ssm.send(new GetParametersByPathCommand({ Path: '/golden', ParameterFilters }))
  expect(Parameters).toMatchObject([{ Name: NAME, Version: 1, Value: 'value 1' }])
})

/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
describe('tiers', () => {
  const large = 'x'.repeat(4097)
  const policies = '[{"Type":"NoChangeNotification","Version":"1.0","Attributes":{"After":"20","Unit":"Days"}}]'

  test.each<[string, string, Partial<PutParameterRequest>, string]>([
    ['standard by default', 'x', {}, 'Standard'],
    ['advanced where asked for', large, { Tier: 'Advanced' }, 'Advanced'],
    ['by intelligent tiering standard', 'x', { Tier: 'Intelligent-Tiering' }, 'Standard'],
    ['by intelligent tiering advanced for more than 4 KB', large, { Tier: 'Intelligent-Tiering' }, 'Advanced'],
    [
      'by intelligent tiering advanced for policies',
      'x',
      { Tier: 'Intelligent-Tiering', Policies: policies },
      'Advanced'
    ]
  ])('a parameter is %s', async (_, value, change, tier) => {
    const { ssm } = clientsFor(sandbox.url)
    expect(await put(ssm, value, change)).toMatchObject({ Tier: tier })
    expect(await historyOf(ssm)).toMatchObject([{ Tier: tier }])
  })

  test('a standard parameter can become an advanced one, which stays so', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await put(ssm, 'x')
    await put(ssm, large, { Tier: 'Advanced' })
    expect(await put(ssm, 'x')).toMatchObject({ Tier: 'Advanced' })
    await expect(put(ssm, 'x', { Tier: 'Standard' })).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining("You can't downgrade a parameter")
    })
  })
})

/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html */
describe('parameter policies', () => {
  const policy = (Type: string, Attributes: object) => ({ Type, Version: '1.0', Attributes })
  const expiration = (days: number) =>
    policy('Expiration', { Timestamp: new Date(sandbox.world.clock.now().getTime() + days * 86_400_000).toISOString() })
  const notification = policy('NoChangeNotification', { After: '20', Unit: 'Days' })
  const putWith = (ssm: SSMClient, policies: object[], change: Partial<PutParameterRequest> = {}) =>
    put(ssm, 'x', { Tier: 'Advanced', Policies: JSON.stringify(policies), ...change })

  test('are kept until new ones, or an empty one, are sent', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await putWith(ssm, [notification])
    await put(ssm, 'y')
    await putWith(ssm, [{}])
    expect((await historyOf(ssm)).map(({ Policies }) => Policies)).toEqual([
      [{ PolicyType: 'NoChangeNotification', PolicyStatus: 'Pending', PolicyText: JSON.stringify(notification) }],
      [{ PolicyType: 'NoChangeNotification', PolicyStatus: 'Pending', PolicyText: JSON.stringify(notification) }],
      []
    ])
  })

  test('an Expiration deletes the parameter, by the clock; a later one puts that off', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await putWith(ssm, [expiration(1)])
    await putWith(ssm, [expiration(3)])
    await advance(sandbox, 2 * 86_400)
    expect(await get(ssm)).toMatchObject({ Version: 2 })
    await advance(sandbox, 2 * 86_400)
    await expect(get(ssm)).rejects.toMatchObject({ name: 'ParameterNotFound' })
  })

  test.each<[string, string, Partial<PutParameterRequest>, string]>([
    ['a standard parameter', JSON.stringify([notification]), { Tier: 'Standard' }, 'ValidationException'],
    ['what is not JSON', '[', {}, 'ValidationException'],
    ['what is no array', '{}', {}, 'ValidationException'],
    ['a type that there is not', JSON.stringify([policy('Rotation', {})]), {}, 'InvalidPolicyTypeException'],
    [
      'a timestamp that is none',
      JSON.stringify([policy('Expiration', { Timestamp: 'soon' })]),
      {},
      'InvalidPolicyAttributeException'
    ],
    [
      'another unit',
      JSON.stringify([policy('ExpirationNotification', { Before: '1', Unit: 'Weeks' })]),
      {},
      'InvalidPolicyAttributeException'
    ],
    ['more than ten', JSON.stringify(Array(11).fill(notification)), {}, 'PoliciesLimitExceededException'],
    [
      'two expirations',
      JSON.stringify(Array(2).fill(policy('Expiration', { Timestamp: '2099-01-01T00:00:00Z' }))),
      {},
      'IncompatiblePolicyException'
    ]
  ])('refuses policies: %s', async (_, Policies, change, name) => {
    const { ssm } = clientsFor(sandbox.url)
    await expect(put(ssm, 'x', { Tier: 'Advanced', Policies, ...change })).rejects.toMatchObject({ name })
    await expect(get(ssm)).rejects.toMatchObject({ name: 'ParameterNotFound' })
  })
})
