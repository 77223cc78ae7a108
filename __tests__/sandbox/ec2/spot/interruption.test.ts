import { RequestSpotInstancesCommand, StartInstancesCommand } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { interruptSpot } from '../../../../src/sandbox/ec2/spot/interrupt.ts'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { launched } from '../make.ts'
import { instancesOf, ONE_TIME, PERSISTENT, settleAll, spotRequestsOf, statesOf, statusOf } from './spot.ts'

const guests = new HandGuests()
const sandbox = await served(serve({ guests, seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)

const interrupt = (id: string) => interruptSpot(sandbox.world, 'us-east-1', id)
const noticeOf = (id: string) => guests.of(id).request.metadata['meta-data/spot/instance-action']

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
describe('an interruption', () => {
  test('is announced in the metadata two minutes ahead, then terminates the instance', async () => {
    const id = await launched(sandbox, clients, 'running', { InstanceMarketOptions: ONE_TIME })
    expect(noticeOf(id)).toBeUndefined()
    const at = interrupt(id)
    await advance(sandbox, 1)
    const time = `${at.toISOString().slice(0, 19)}Z`
    expect(JSON.parse(noticeOf(id) ?? '')).toEqual({ action: 'terminate', time })
    expect(guests.of(id).request.metadata['meta-data/spot/termination-time']).toBe(time)
    expect(await statusOf(clients)).toBe('closed/marked-for-termination')
    await advance(sandbox, 118)
    expect(await statesOf(clients)).toEqual(['running'])
    await advance(sandbox, 2)
    expect(await statesOf(clients)).toEqual(['shutting-down'])
    await settleAll(sandbox)
    const [instance] = await instancesOf(clients)
    expect(instance).toMatchObject({
      State: { Name: 'terminated' },
      StateReason: { Code: 'Server.SpotInstanceTermination' },
      StateTransitionReason: expect.stringMatching(/^Service initiated \(\d{4}-/)
    })
    expect(guests.of(id).ended).toBe('stop')
    expect(await statusOf(clients)).toBe('closed/instance-terminated-no-capacity')
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/interruption-behavior.html
  test('stops the instance of a request that says so, and EC2 starts it again with capacity', async () => {
    const id = await launched(sandbox, clients, 'running', { InstanceMarketOptions: PERSISTENT })
    const { shortages } = sandbox.world.region('us-east-1', '')
    shortages.push({ market: 'spot' })
    interrupt(id)
    await advance(sandbox, 1)
    expect(await statusOf(clients)).toBe('active/marked-for-stop')
    await advance(sandbox, 121)
    await advance(sandbox, 30)
    const [instance] = await instancesOf(clients)
    const StateReason = { Code: 'Server.SpotInstanceShutdown' }
    expect(instance).toMatchObject({ InstanceId: id, State: { Name: 'stopped' }, StateReason })
    const start = clients.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }))
    await expect(start).rejects.toMatchObject({ name: 'IncorrectSpotRequestState' })
    shortages.length = 0
    await settleAll(sandbox)
    expect(await statesOf(clients)).toEqual(['running'])
    expect(await statusOf(clients)).toBe('active/fulfilled')
    expect(noticeOf(id)).toBeUndefined()
  })

  test('opens a persistent request for another instance', async () => {
    const LaunchSpecification = { ImageId: IMAGES.linux, InstanceType: 't3.micro' as const }
    await clients.ec2.send(new RequestSpotInstancesCommand({ LaunchSpecification, Type: 'persistent' }))
    await settleAll(sandbox)
    interrupt((await spotRequestsOf(clients))[0]?.InstanceId ?? '')
    for (let i = 0; i < 3; i++) await settleAll(sandbox)
    expect(await statesOf(clients)).toEqual(['terminated', 'running'])
  })

  test('is not for what is no running spot instance', async () => {
    const id = await launched(sandbox, clients, 'running')
    expect(() => interrupt(id)).toThrow(`'${id}' is no running spot instance`)
    expect(() => interrupt('i-0123456789abcdef0')).toThrow('does not exist')
  })
})
