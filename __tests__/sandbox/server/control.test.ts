import {
  CreateVolumeCommand,
  DescribeImagesCommand,
  DescribeRegionsCommand,
  DescribeVolumesCommand
} from '@aws-sdk/client-ec2'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { JournalEntry } from '../../../src/sandbox/server/journal.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { type Clients, clientsFor, type RunningSandbox, serve } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'

let sandbox: RunningSandbox
let clients: Clients
beforeEach(async () => {
  sandbox = await serve({ guests: new HandGuests(), seeder, latencyFactor: 1 })
  clients = clientsFor(sandbox.url)
})
afterEach(() => sandbox.stop())

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; value: unknown }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, { method, ...(body !== undefined && { body: text }) })
  return { status: answer.status, value: await answer.json() }
}

const requests = async (after = '') => (await ask('GET', `requests${after}`)).value as JournalEntry[]
const describeRegions = ({ ec2 }: Clients = clients) => ec2.send(new DescribeRegionsCommand({}))
const createVolume = ({ ec2 }: Clients = clients) =>
  ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 }))
const volumes = async () => (await clients.ec2.send(new DescribeVolumesCommand({}))).Volumes ?? []

describe('GET /_sandbox/requests', () => {
  test('lists who called what, where, and how it ended', async () => {
    await describeRegions()
    await clients.ec2.send(new DescribeImagesCommand({ ImageIds: ['ami-1'] })).catch(() => undefined)
    await clients.sts.send(new GetCallerIdentityCommand({}))
    const entry = {
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      account: clients.account,
      principal: `arn:aws:iam::${clients.account}:user/sandbox`,
      region: 'us-east-1'
    }
    expect(await requests()).toEqual([
      { ...entry, seq: 1, service: 'ec2', operation: 'DescribeRegions', outcome: 'ok' },
      { ...entry, seq: 2, service: 'ec2', operation: 'DescribeImages', outcome: 'InvalidAMIID.Malformed' },
      { ...entry, seq: 3, service: 'sts', operation: 'GetCallerIdentity', outcome: 'ok' }
    ])
  })

  test('after a call: only later ones', async () => {
    for (let i = 0; i < 3; i++) await describeRegions()
    expect((await requests('?after=1')).map(({ seq }) => seq)).toEqual([2, 3])
    expect(await requests('?after=3')).toEqual([])
  })

  test('a call that is not yet answered is pending', async () => {
    await ask('POST', 'faults', { action: 'hold' })
    const held = describeRegions()
    await untilCalled(1)
    expect(await requests()).toMatchObject([{ operation: 'DescribeRegions', outcome: 'pending' }])
    await ask('DELETE', 'faults')
    await held
    expect(await requests()).toMatchObject([{ outcome: 'ok' }])
  })

  test('refuses what is no seq', async () => {
    expect(await ask('GET', 'requests?after=abc')).toMatchObject({ status: 400 })
  })
})

async function untilCalled(count: number): Promise<void> {
  while ((await requests()).length < count) await new Promise(resolve => setTimeout(resolve, 5))
}

describe('POST /_sandbox/clock', () => {
  test.each([
    ['90s', 90],
    ['5m', 300],
    ['2h', 7200],
    ['45d', 3_888_000]
  ])('advances by %s', async (advance, seconds) => {
    const before = Date.now()
    const { value } = await ask('POST', 'clock', { advance })
    const { now } = value as { now: string }
    expect(Math.round((Date.parse(now) - before) / 1000 - seconds)).toBe(0)
  })

  test('what was due by then has happened when it answers', async () => {
    await createVolume()
    expect(await volumes()).toMatchObject([{ State: 'creating' }])
    await ask('POST', 'clock', { advance: '1m' })
    expect(await volumes()).toMatchObject([{ State: 'available' }])
  })

  test('sessions expire, and answers carry the time: clients sign by it', async () => {
    const request = { RoleArn: `arn:aws:iam::${clients.account}:role/bake`, RoleSessionName: 'bake' }
    const { Credentials } = await clients.sts.send(new AssumeRoleCommand(request))
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = Credentials ?? {}
    const credentials = { accessKeyId, secretAccessKey }
    const session = new STSClient({ endpoint: sandbox.url, region: 'us-east-1', credentials, maxAttempts: 1 })
    const whoAmI = () => session.send(new GetCallerIdentityCommand({}))
    expect(await whoAmI()).toMatchObject({ Account: clients.account })
    await ask('POST', 'clock', { advance: '13h' })
    await expect(whoAmI()).rejects.toMatchObject({ name: 'ExpiredToken' })
    const date = (await fetch(`${sandbox.url}/`)).headers.get('date') ?? ''
    expect((Date.parse(date) - Date.now()) / 3_600_000).toBeCloseTo(13, 1)
  })

  test.each([[{ advance: '1w' }], [{ advance: -1 }], [{ advance: '9999999d' }], [{}], [[]], ['no JSON'], ['null']])(
    'refuses %j',
    async body => {
      const { status, value } = await ask('POST', 'clock', body)
      expect([status, value]).toEqual([400, { error: expect.stringMatching(/^Expected /) }])
    }
  )
})

describe('POST /_sandbox/faults', () => {
  test('an error takes the place of the answer, with code, message and status as asked', async () => {
    const refusal = { code: 'InsufficientInstanceCapacity', message: 'None left', status: 503 }
    await ask('POST', 'faults', { operation: 'DescribeRegions', action: 'error', ...refusal })
    await expect(describeRegions()).rejects.toMatchObject({
      name: 'InsufficientInstanceCapacity',
      message: 'None left',
      $metadata: { httpStatusCode: 503 }
    })
    await expect(volumes()).resolves.toEqual([])
  })

  test.each([
    ['InternalError', 500],
    ['RequestLimitExceeded', 400]
  ])('the status of %s is %i where none is given', async (code, httpStatusCode) => {
    await ask('POST', 'faults', { action: 'error', code })
    await expect(describeRegions()).rejects.toMatchObject({ name: code, $metadata: { httpStatusCode } })
  })

  test('count: only so many calls, then none', async () => {
    await ask('POST', 'faults', { action: 'error', count: 2 })
    const outcomes = []
    for (let i = 0; i < 3; i++)
      outcomes.push(
        await describeRegions().then(
          () => 'ok',
          () => 'error'
        )
      )
    expect(outcomes).toEqual(['error', 'error', 'ok'])
  })

  test.each(['account', 'region', 'service', 'operation'] as const)('%s: only what it concerns', async key => {
    const mine = { account: clients.account, region: 'us-east-1', service: 'ec2', operation: 'DescribeRegions' }
    const others = { account: '000000000001', region: 'eu-west-1', service: 'kms', operation: 'DescribeImages' }
    await ask('POST', 'faults', { ...mine, [key]: others[key], action: 'error' })
    await expect(describeRegions()).resolves.toBeDefined()
    await ask('POST', 'faults', { ...mine, action: 'error' })
    await expect(describeRegions()).rejects.toMatchObject({ name: 'InternalError' })
  })

  test.each([
    ['before', 0],
    ['after', 1]
  ])('a connection dropped %s the effect leaves %i volumes', async (when, count) => {
    await ask('POST', 'faults', { operation: 'CreateVolume', action: 'drop', when })
    await expect(createVolume()).rejects.toThrow('socket hang up')
    expect(await volumes()).toHaveLength(count)
    expect(await requests()).toMatchObject([{ outcome: 'dropped' }, {}])
  })

  test.each([
    ['before', 0],
    ['after', 1]
  ])('an answer held %s the effect: %i volumes until it is released', async (when, count) => {
    await ask('POST', 'faults', { operation: 'CreateVolume', action: 'hold', when })
    const held = createVolume()
    await untilCalled(1)
    expect(await volumes()).toHaveLength(count)
    await ask('DELETE', 'faults')
    expect(await held).toMatchObject({ VolumeId: expect.stringMatching(/^vol-/) })
    expect(await volumes()).toHaveLength(1)
  })

  test('several rules at once: the first that concerns a call', async () => {
    await ask('POST', 'faults', [
      { action: 'error', code: 'First', count: 1 },
      { action: 'error', code: 'Second' }
    ])
    await expect(describeRegions()).rejects.toMatchObject({ name: 'First' })
    await expect(describeRegions()).rejects.toMatchObject({ name: 'Second' })
  })

  test.each([
    [{ action: 'explode' }, 'action: "explode"'],
    [{ operation: 'RunInstances' }, 'without action'],
    [{ action: 'error', oparation: 'RunInstances' }, 'oparation: "RunInstances"'],
    [{ action: 'error', count: 0 }, 'count: 0'],
    [{ action: 'error', status: 200 }, 'status: 200'],
    [{ action: 'hold', when: 'later' }, 'when: "later"'],
    [[{ action: 'error' }, null], 'no object'],
    ['{', 'Expected a JSON object']
  ])('refuses %j, and adds none of them', async (body, message) => {
    const { status, value } = await ask('POST', 'faults', body)
    expect([status, value]).toEqual([400, { error: expect.stringContaining(message) }])
    await expect(describeRegions()).resolves.toBeDefined()
  })
})

describe('POST /_sandbox/reset', () => {
  test('forgets resources, calls and faults, and releases what is held', async () => {
    await createVolume()
    await ask('POST', 'faults', { operation: 'DescribeRegions', action: 'hold' })
    const held = describeRegions()
    await untilCalled(2)
    await ask('POST', 'reset')
    await expect(held).resolves.toBeDefined()
    expect(await requests()).toEqual([])
    expect(await volumes()).toEqual([])
    await expect(describeRegions()).resolves.toBeDefined()
  })

  test('seq goes on: who reads on after a call misses none', async () => {
    await describeRegions()
    await ask('POST', 'reset')
    await describeRegions()
    expect((await requests('?after=1')).map(({ seq }) => seq)).toEqual([2])
  })
})

test.each([
  ['GET', 'nothing'],
  ['GET', 'reset'],
  ['POST', 'requests']
])('%s /_sandbox/%s is answered with what there is', async (method, path) => {
  const { status, value } = await ask(method, path)
  expect([status, value]).toEqual([404, { error: expect.stringContaining('POST /_sandbox/reset') }])
})
