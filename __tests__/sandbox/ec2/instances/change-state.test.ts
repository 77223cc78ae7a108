import {
  DescribeInstancesCommand,
  ModifyInstanceAttributeCommand,
  RebootInstancesCommand,
  type RunInstancesRequest,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, changeAccount, serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { launch as launchOne } from '../make.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)

const ABSENT = 'i-0123456789abcdef0'
const LONG_ENOUGH_SECONDS = 120

const requests = {
  stop: (InstanceIds: string[]) => clients.ec2.send(new StopInstancesCommand({ InstanceIds })),
  start: (InstanceIds: string[]) => clients.ec2.send(new StartInstancesCommand({ InstanceIds })),
  reboot: (InstanceIds: string[]) => clients.ec2.send(new RebootInstancesCommand({ InstanceIds })),
  terminate: (InstanceIds: string[]) => clients.ec2.send(new TerminateInstancesCommand({ InstanceIds }))
}
type Operation = keyof typeof requests

const launch = async (change: Partial<RunInstancesRequest> = {}) => (await launchOne(clients, change)).InstanceId ?? ''

async function stateOf(id: string): Promise<string | undefined> {
  const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
  return Reservations?.[0]?.Instances?.[0]?.State?.Name
}

/** How to bring a new instance into each state. */
const ways: Record<string, (id: string) => Promise<unknown>> = {
  pending: async () => undefined,
  running: () => advance(sandbox, LONG_ENOUGH_SECONDS),
  stopping: async id => {
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    await requests.stop([id])
  },
  stopped: async id => {
    await ways.stopping?.(id)
    await advance(sandbox, LONG_ENOUGH_SECONDS)
  },
  'shutting-down': async id => {
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    await requests.terminate([id])
  },
  terminated: async id => {
    await ways['shutting-down']?.(id)
    await advance(sandbox, LONG_ENOUGH_SECONDS)
  }
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
describe('an instance that is', () => {
  test.each([
    ['pending', 'stop', 'IncorrectInstanceState'],
    ['pending', 'start', 'pending'],
    ['pending', 'reboot', 'pending'],
    ['pending', 'terminate', 'shutting-down'],
    ['running', 'stop', 'stopping'],
    ['running', 'start', 'running'],
    ['running', 'reboot', 'running'],
    ['running', 'terminate', 'shutting-down'],
    ['stopping', 'stop', 'stopping'],
    ['stopping', 'start', 'IncorrectInstanceState'],
    ['stopping', 'reboot', 'IncorrectState'],
    ['stopping', 'terminate', 'shutting-down'],
    ['stopped', 'stop', 'stopped'],
    ['stopped', 'start', 'pending'],
    ['stopped', 'reboot', 'IncorrectState'],
    ['stopped', 'terminate', 'shutting-down'],
    ['shutting-down', 'stop', 'IncorrectInstanceState'],
    ['shutting-down', 'start', 'IncorrectInstanceState'],
    ['shutting-down', 'terminate', 'shutting-down'],
    ['terminated', 'stop', 'IncorrectInstanceState'],
    ['terminated', 'start', 'IncorrectInstanceState'],
    ['terminated', 'reboot', 'IncorrectState'],
    ['terminated', 'terminate', 'terminated']
  ] as const)('%s, told to %s: %s', async (before, operation, outcome) => {
    const id = await launch()
    await ways[before]?.(id)
    expect(await stateOf(id)).toBe(before)
    const done = requests[operation]([id])
    if (outcome.startsWith('Incorrect')) {
      await expect(done).rejects.toMatchObject({ name: outcome, message: expect.stringContaining(id) })
      expect(await stateOf(id)).toBe(before)
    } else {
      await done
      expect(await stateOf(id)).toBe(outcome)
    }
  })
})

describe.each(['stop', 'start', 'reboot', 'terminate'] as const)('the request to %s', (operation: Operation) => {
  test('has no effect at all where one id is not there', async () => {
    const id = await launch()
    await ways[operation === 'start' ? 'stopped' : 'running']?.(id)
    const before = await stateOf(id)
    await expect(requests[operation]([id, ABSENT])).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' })
    expect(await stateOf(id)).toBe(before)
  })

  test('knows only instances of its own account', async () => {
    const id = await launch()
    changeAccount(sandbox, clients)
    await expect(requests[operation]([id])).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' })
  })

  test('refuses an id of another form', async () => {
    await expect(requests[operation](['i-1'])).rejects.toMatchObject({ name: 'InvalidInstanceID.Malformed' })
  })
})

describe('protection', () => {
  const refusal = (id: string, done: string, attribute: string) => ({
    name: 'OperationNotPermitted',
    message: `The instance '${id}' may not be ${done}. Modify its '${attribute}' instance attribute and try again.`
  })

  test('against termination keeps the whole request from having an effect, until it is lifted', async () => {
    const [free, guarded] = [await launch(), await launch({ DisableApiTermination: true })]
    const refused = requests.terminate([free, guarded])
    await expect(refused).rejects.toMatchObject(refusal(guarded, 'terminated', 'disableApiTermination'))
    expect(await stateOf(free)).toBe('pending')
    const lift = { InstanceId: guarded, DisableApiTermination: { Value: false } }
    await clients.ec2.send(new ModifyInstanceAttributeCommand(lift))
    await requests.terminate([free, guarded])
    expect([await stateOf(free), await stateOf(guarded)]).toEqual(['shutting-down', 'shutting-down'])
  })

  test('against stopping', async () => {
    const id = await launch({ DisableApiStop: true })
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    await expect(requests.stop([id])).rejects.toMatchObject(refusal(id, 'stopped', 'disableApiStop'))
  })
})

describe('an instance that cannot be stopped', () => {
  test('stands on instance store', async () => {
    const id = await launch({ ImageId: IMAGES.instanceStore, InstanceType: 'm3.medium' })
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    const message = `The instance '${id}' does not have an 'ebs' root device type and cannot be stopped.`
    await expect(requests.stop([id])).rejects.toMatchObject({ name: 'UnsupportedOperation', message })
  })

  // https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html
  test('is to hibernate, which has to be enabled at its launch', async () => {
    const id = await launch()
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    const hibernate = clients.ec2.send(new StopInstancesCommand({ InstanceIds: [id], Hibernate: true }))
    await expect(hibernate).rejects.toMatchObject({ name: 'UnsupportedHibernationConfiguration' })
    expect(await stateOf(id)).toBe('running')
  })

  test('belongs to a one-time spot request', async () => {
    const id = await launch({ InstanceMarketOptions: { MarketType: 'spot' } })
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    await expect(requests.stop([id])).rejects.toMatchObject({ name: 'UnsupportedOperation' })
  })
})
