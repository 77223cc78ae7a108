import { DescribeImagesCommand, DescribeInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { Throttling } from '../../../src/sandbox/server/throttling.ts'
import { Clock } from '../../../src/sandbox/world/clock.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { clientsFor, type RunningSandbox, serve } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'
import { ask } from './control-client.ts'

/** A clock that stands still until it is advanced: refills are counted exactly. */
class StoppedClock extends Clock {
  override now(): Date {
    return new Date(Date.parse('2030-01-31T00:00:00Z') + this.aheadMs)
  }
}

// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
describe('token buckets', () => {
  let clock: Clock
  let throttling: Throttling
  beforeEach(() => {
    clock = new StoppedClock()
    throttling = new Throttling(clock, true)
  })

  function calls(operation: string, input: object = {}, where: { account?: string; region?: string } = {}): number {
    const call = { account: '111122223333', region: 'us-east-1', operation, input, ...where }
    for (let count = 0; count < 5000; count++) {
      try {
        throttling.take(call)
      } catch (error) {
        expect(error).toMatchObject({ code: 'RequestLimitExceeded', status: 503 })
        return count
      }
    }
    return Number.POSITIVE_INFINITY
  }

  test.each([
    ['a non-mutating action', 'DescribeImages', {}, 100, 20],
    ['instances, narrowed by a filter', 'DescribeInstances', { Filters: [{}] }, 100, 20],
    ['instances, in pages', 'DescribeInstances', { MaxResults: 5 }, 100, 20],
    ['instances, by id', 'DescribeInstances', { InstanceIds: ['i-1'] }, 100, 20],
    ['all instances at once', 'DescribeInstances', { DryRun: false, InstanceIds: [] }, 50, 10],
    ['a mutating action', 'CreateImage', {}, 50, 5],
    ['CopyImage', 'CopyImage', {}, 100, 1],
    ['CreateTags', 'CreateTags', {}, 100, 10],
    ['DeregisterImage', 'DeregisterImage', {}, 100, 5],
    ['RunInstances', 'RunInstances', { MinCount: 1, MaxCount: 1 }, 5, 2],
    ['EnableImageBlockPublicAccess', 'EnableImageBlockPublicAccess', {}, 1, 0.1]
  ])('%s: %s with %j has %d tokens and gets %d per second', (_, operation, input, capacity, perSecond) => {
    expect(calls(operation, input)).toBe(capacity)
    clock.advance(10_000)
    expect(calls(operation, input)).toBe(Math.min(capacity, 10 * perSecond))
    clock.advance(86_400_000)
    expect(calls(operation, input)).toBe(capacity)
  })

  test('a bucket is of one account, region and action', () => {
    expect(calls('CreateImage')).toBe(50)
    expect(calls('CreateImage')).toBe(0)
    expect(calls('CreateImage', {}, { account: '444455556666' })).toBe(50)
    expect(calls('CreateImage', {}, { region: 'eu-west-1' })).toBe(50)
    expect(calls('RegisterImage')).toBe(50)
  })

  test('launches and terminations also take a token for every instance', () => {
    expect(calls('RunInstances', { MinCount: 1, MaxCount: 400 })).toBe(2)
    clock.advance(60_000)
    expect(calls('RunInstances', { MinCount: 1, MaxCount: 400 })).toBe(0)
    expect(calls('RunInstances', { MinCount: 1, MaxCount: 320 })).toBe(1)
    expect(calls('TerminateInstances', { InstanceIds: Array(100).fill('i-1') })).toBe(10)
  })

  test('what is refused takes no tokens: others of the same action go on', () => {
    expect(calls('RunInstances', { MaxCount: 1001 })).toBe(0)
    expect(calls('RunInstances', { MaxCount: 1 })).toBe(5)
  })
})

describe('POST /_sandbox/throttling', () => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    sandbox = await serve({ guests: new HandGuests(), seeder })
  })
  afterAll(() => sandbox.stop())

  test('off unless switched on; then requests of EC2 are refused beyond their bucket, of one account only', async () => {
    const { ec2 } = clientsFor(sandbox.url)
    const describeAll = () =>
      Promise.allSettled(Array.from({ length: 100 }, () => ec2.send(new DescribeInstancesCommand({}))))
    const refused = async () => (await describeAll()).filter(({ status }) => status === 'rejected')
    expect(await refused()).toHaveLength(0)
    await ask(sandbox, 'POST', 'throttling', { enabled: true })
    const [first] = await refused()
    expect(first).toMatchObject({ reason: { name: 'RequestLimitExceeded', $metadata: { httpStatusCode: 503 } } })
    await expect(clientsFor(sandbox.url).ec2.send(new DescribeInstancesCommand({}))).resolves.toBeDefined()
    await expect(ec2.send(new DescribeImagesCommand({ MaxResults: 5 }))).resolves.toBeDefined()
    await ask(sandbox, 'POST', 'throttling', { enabled: false })
    expect(await refused()).toHaveLength(0)
  })

  test('a request that is refused for itself has taken its token all the same', async () => {
    await ask(sandbox, 'POST', 'throttling', { enabled: true })
    const { ec2 } = clientsFor(sandbox.url)
    const stop = () => ec2.send(new StopInstancesCommand({ InstanceIds: ['i-00000000'] })).catch(({ name }) => name)
    const outcomes = await Promise.all(Array.from({ length: 100 }, stop))
    expect(new Set(outcomes)).toEqual(new Set(['InvalidInstanceID.NotFound', 'RequestLimitExceeded']))
    await ask(sandbox, 'POST', 'throttling', { enabled: false })
  })

  test.each([[{}], [{ enabled: 1 }]])('refuses %j', async body => {
    expect(await ask(sandbox, 'POST', 'throttling', body)).toMatchObject({ status: 400 })
  })
})
