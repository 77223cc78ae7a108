import {
  CreateVolumeCommand,
  DescribeImagesCommand,
  DescribeRegionsCommand,
  DescribeVolumesCommand,
  RunInstancesCommand
} from '@aws-sdk/client-ec2'
import { ListKeysCommand } from '@aws-sdk/client-kms'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { JournalEntry } from '../../../src/sandbox/server/journal.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { type Clients, clientsFor, type RunningSandbox, serve } from '../../support/sandbox.ts'
import { IMAGES, seeder } from '../ec2/fixture.ts'
import { createVolume, launch } from '../ec2/make.ts'
import { ask } from './control-client.ts'

let sandbox: RunningSandbox
let clients: Clients
beforeEach(async () => {
  sandbox = await serve({ guests: new HandGuests(), seeder })
  clients = clientsFor(sandbox.url)
})
afterEach(() => sandbox.stop())

const rule = async (body: unknown) => expect(await ask(sandbox, 'POST', 'faults', body)).toMatchObject({ status: 200 })
const describeRegions = () => clients.ec2.send(new DescribeRegionsCommand({}))
const outcomeOf = (sent: Promise<unknown>): Promise<string> =>
  sent.then(
    () => 'ok',
    error => String(error.name)
  )
async function outcomes(count: number, act: () => Promise<unknown>): Promise<string[]> {
  const found: string[] = []
  for (let i = 0; i < count; i++) found.push(await outcomeOf(act()))
  return found
}

describe('which calls a rule concerns', () => {
  test('resource: those whose request names it, at any depth; wildcards are allowed', async () => {
    const [one, other] = [await createVolume(clients), await createVolume(clients)]
    const see = (Values: string[]) =>
      outcomeOf(clients.ec2.send(new DescribeVolumesCommand({ Filters: [{ Name: 'volume-id', Values }] })))
    await rule({ action: 'error', code: 'Hit', resource: one })
    expect([await see([one]), await see([other]), await see([other, one])]).toEqual(['Hit', 'ok', 'Hit'])
    await rule({ action: 'error', code: 'Any', resource: 'vol-*' })
    expect(await see([other])).toBe('Any')
  })

  test('probability with a seed: the same calls in every run', async () => {
    const run = async (seed: number) => {
      await ask(sandbox, 'DELETE', 'faults')
      await rule({ action: 'error', code: 'Hit', probability: 0.5, seed })
      return outcomes(30, describeRegions)
    }
    const first = await run(7)
    expect(await run(7)).toEqual(first)
    expect(await run(8)).not.toEqual(first)
    expect(new Set(first)).toEqual(new Set(['ok', 'Hit']))
  })

  test.each([
    [0, 'ok'],
    [1, 'Hit']
  ])('probability %d: %s, always', async (probability, outcome) => {
    await rule({ action: 'error', code: 'Hit', probability })
    expect(await outcomes(5, describeRegions)).toEqual(Array(5).fill(outcome))
  })

  test('skip: so many calls pass first', async () => {
    await rule({ action: 'error', code: 'Hit', skip: 2, count: 1 })
    expect(await outcomes(4, describeRegions)).toEqual(['ok', 'ok', 'Hit', 'ok'])
  })

  test('GET lists the rules with how many calls each has met', async () => {
    await rule([
      { action: 'error', operation: 'DescribeRegions', count: 1 },
      { action: 'error', operation: 'DescribeImages' }
    ])
    await outcomes(2, describeRegions)
    expect(await ask(sandbox, 'GET', 'faults')).toEqual({
      status: 200,
      value: [
        { action: 'error', operation: 'DescribeRegions', count: 1, hits: 1 },
        { action: 'error', operation: 'DescribeImages', hits: 0 }
      ]
    })
  })

  test.each([
    [{ action: 'slow' }, 'slow without seconds or factor'],
    [{ action: 'stale' }, 'stale without seconds'],
    [{ action: 'stale', seconds: -1 }, 'seconds: -1'],
    [{ action: 'error', seconds: 3 }, 'seconds: 3'],
    [{ action: 'capacity', when: 'after' }, 'when: "after"'],
    [{ action: 'capacity', operation: 'CopyImage' }, 'capacity of "CopyImage"'],
    [{ action: 'stale', seconds: 1, operation: 'CreateImage' }, 'stale of "CreateImage"'],
    [{ action: 'error', probability: 2 }, 'probability: 2'],
    [{ action: 'error', resource: 5 }, 'resource: 5'],
    [{ action: 'error', constructor: 5 }, 'constructor: 5'],
    [{ action: 'toString' }, 'action: "toString"']
  ])('refuses %j', async (body, message) => {
    expect(await ask(sandbox, 'POST', 'faults', body)).toEqual({
      status: 400,
      value: { error: expect.stringContaining(message) }
    })
  })
})

describe('errors that have nothing to do with the request', () => {
  // https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html and the services' CommonErrors
  test.each([
    ['throttle', 'ec2', 'RequestLimitExceeded', 503],
    ['throttle', 'sts', 'Throttling', 400],
    ['throttle', 'kms', 'ThrottlingException', 400],
    ['internal', 'ec2', 'InternalError', 500],
    ['internal', 'sts', 'InternalFailure', 500],
    ['internal', 'kms', 'KMSInternalException', 500],
    ['unavailable', 'ec2', 'Unavailable', 503],
    ['unavailable', 'sts', 'ServiceUnavailable', 503],
    ['unavailable', 'kms', 'ServiceUnavailableException', 503]
  ] as const)('%s of %s is %s, %d', async (action, service, name, httpStatusCode) => {
    const calls = {
      ec2: describeRegions,
      sts: () => clients.sts.send(new GetCallerIdentityCommand({})),
      kms: () => clients.kms.send(new ListKeysCommand({}))
    }
    await rule({ action })
    await expect(calls[service]()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } })
  })

  test('an error after the effect: the client cannot know that it was had', async () => {
    await rule({ operation: 'CreateVolume', action: 'internal', when: 'after' })
    expect(await outcomeOf(createVolume(clients))).toBe('InternalError')
    expect((await clients.ec2.send(new DescribeVolumesCommand({}))).Volumes).toHaveLength(1)
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html#troubleshooting-launch-capacity
  test('capacity: launches of what the rule names find none; other calls pass', async () => {
    await rule({ action: 'capacity', resource: 't3.*' })
    await expect(launch(clients, { Placement: { AvailabilityZone: 'us-east-1a' } })).rejects.toMatchObject({
      name: 'InsufficientInstanceCapacity',
      message: expect.stringContaining(
        'sufficient t3.micro capacity in the Availability Zone you requested (us-east-1a)'
      )
    })
    expect(await outcomeOf(launch(clients, { InstanceType: 'm5.large' }))).toBe('ok')
  })
})

describe('timeout', () => {
  test.each([
    ['before', 0],
    ['after', 1]
  ])('%s the effect: never answered until the client gives up; %d volumes', async (when, count) => {
    await rule({ operation: 'CreateVolume', action: 'timeout', when })
    const command = new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 })
    const abort = new AbortController()
    const sent = clients.ec2.send(command, { abortSignal: abort.signal })
    await untilLogged('pending')
    abort.abort()
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' })
    await untilLogged('dropped')
    expect((await clients.ec2.send(new DescribeVolumesCommand({}))).Volumes).toHaveLength(count)
  })

  test('ends with the rules, without an answer', async () => {
    await rule({ action: 'timeout' })
    const sent = describeRegions()
    const outcome = expect(sent).rejects.toThrow('socket hang up')
    await untilLogged('pending')
    await ask(sandbox, 'DELETE', 'faults')
    await outcome
  })
})

async function untilLogged(outcome: string): Promise<void> {
  const isLogged = async () =>
    ((await ask(sandbox, 'GET', 'requests')).value as JournalEntry[]).some(entry => entry.outcome === outcome)
  while (!(await isLogged())) await new Promise(resolve => setTimeout(resolve, 5))
}

test('a launch and an image of the same region, but another account, are not concerned', async () => {
  await rule({ account: clients.account, action: 'error' })
  const other = clientsFor(sandbox.url)
  expect(await outcomeOf(other.ec2.send(new DescribeImagesCommand({ ImageIds: [IMAGES.linux] })))).toBe('ok')
  const request = { ImageId: IMAGES.linux, MinCount: 1, MaxCount: 1 }
  expect(await outcomeOf(clients.ec2.send(new RunInstancesCommand(request)))).toBe('InternalError')
})

test('what is only tried meets no rule', async () => {
  const clients = clientsFor(sandbox.url)
  await rule({ account: clients.account, operation: 'RunInstances', action: 'internal', count: 1 })
  await expect(launch(clients, { DryRun: true })).rejects.toMatchObject({ name: 'DryRunOperation' })
  await expect(launch(clients)).rejects.toMatchObject({ name: 'InternalError' })
})
