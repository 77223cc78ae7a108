import {
  CreateTagsCommand,
  DeregisterImageCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ANY, changesOf, fleetJob, GOOD, OLD, of, seedFleet, statesOf, taggedWith } from './support/fleet.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const named = (Name: string, more: Record<string, string> = {}) => ({ tags: { Name, ...more } })
const LONG_AGO = new Date(Date.now() - 30 * 86_400_000).toISOString()
const NOTED = { 'ami-action:unapproved': LONG_AGO }

describe('report', () => {
  test('tells what does not run from an approved image, the oldest first, and changes nothing', async () => {
    const account = newAccount()
    await sandbox.post('seed', {
      account,
      images: [{ ageDays: 400.5, Image: { ImageId: 'ami-000000000000000cc', Name: 'hand-made' } }]
    })
    await seedFleet(sandbox, account, [
      { count: 7, RunInstances: of(GOOD) },
      { count: 2, RunInstances: of(OLD) },
      { count: 1, RunInstances: of('ami-000000000000000cc') }
    ])
    using job = fleetJob(sandbox, account, '')
    const { code, log, outputs, summary } = await job.run()
    expect({ code, log }).toEqual({ code: 0, log: expect.stringContaining('3 of 10 instances') })
    expect(outputs).toMatchObject({ passed: 'false', 'failed-regions': '[]' })
    const report = JSON.parse(outputs.report ?? '')
    expect(report.images).toMatchObject([
      { imageId: 'ami-000000000000000cc', verdict: 'not approved', ageDays: 400, instances: [expect.any(String)] },
      { imageId: OLD, verdict: 'expired', instances: [expect.any(String), expect.any(String)] }
    ])
    expect(summary).toContain('## ⚠️ 3 of 10 instances not from an approved image')
    expect(summary).toContain('```mermaid\nxychart-beta')
    expect(await changesOf(sandbox, account)).toEqual([])
  })

  test('a deregistered image is known as such', async () => {
    const account = newAccount()
    await seedFleet(sandbox, account, [{ RunInstances: of(OLD) }])
    await sandbox.ec2(account).send(new DeregisterImageCommand({ ImageId: OLD }))
    using job = fleetJob(sandbox, account, '')
    const { code, outputs } = await job.run()
    expect({ code, images: JSON.parse(outputs.report ?? '').images }).toMatchObject({
      code: 0,
      images: [{ imageId: OLD, verdict: 'deregistered' }]
    })
  })

  test('a fleet of good images passes', async () => {
    const account = newAccount()
    await seedFleet(sandbox, account, [{ count: 3, RunInstances: of(GOOD) }])
    using job = fleetJob(sandbox, account, '')
    const { code, outputs, summary } = await job.run()
    expect({ code, passed: outputs.passed }).toEqual({ code: 0, passed: 'true' })
    expect(summary).toContain('## ✅ 3 instances, each from an approved image')
  })

  test('owners and images that the recipe approves are good', async () => {
    const account = newAccount()
    await seedFleet(sandbox, account, [{ RunInstances: of(OLD) }])
    await sandbox.post('seed', { account, images: [{ Image: { ImageId: 'ami-000000000000000cc', Name: 'named' } }] })
    await seedMore(account)
    using job = fleetJob(sandbox, account, `approve: { families: [], owners: ["${account}"] }`)
    const { outputs } = await job.run()
    expect(outputs.passed).toBe('true')
  })

  async function seedMore(account: string): Promise<void> {
    await sandbox.post('seed', { account, instances: [{ RunInstances: of('ami-000000000000000cc') }] })
  }
})

describe('enforce', () => {
  test('tag only notes; stop waits for the grace, then stops; terminate waits again', async () => {
    const account = newAccount()
    await seedFleet(sandbox, account, [
      { RunInstances: of(OLD), ...named('old') },
      { count: 3, RunInstances: of(GOOD) }
    ])
    const run = async (mode: string) => {
      using job = fleetJob(sandbox, account, `mode: ${mode}, ${ANY}`)
      const { code, log } = await job.run()
      expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
      return (await statesOf(sandbox, account)).old
    }
    expect(await run('tag')).toBe('running')
    expect(await taggedWith(sandbox, account, 'unapproved')).toHaveLength(1)
    expect(await run('stop')).toBe('running')
    await sandbox.post('clock', { advance: '8d' })
    expect(await run('stop')).toMatch(/^stop/)
    const { Snapshots } = await sandbox.ec2(account).send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
    expect(Snapshots?.filter(({ Tags = [] }) => Tags.some(({ Key }) => Key === 'ami-action:saved-from'))).toHaveLength(
      1
    )
    expect(await run('terminate')).toMatch(/^stop/)
    await sandbox.post('clock', { advance: '8d' })
    expect(await run('terminate')).toMatch(/^(?:shutting-down|terminated)$/)
  })

  test('immediate waits for nothing', async () => {
    const account = newAccount()
    await seedFleet(sandbox, account, [{ RunInstances: of(OLD), ...named('old') }])
    using job = fleetJob(sandbox, account, `immediate: true, ${ANY}`, { enforce: 'terminate' })
    const { code, log } = await job.run()
    expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
    expect((await statesOf(sandbox, account)).old).toMatch(/^(?:shutting-down|terminated)$/)
  })

  test('one whose snapshot fails is not terminated, and the error says why', async () => {
    const account = newAccount()
    await seedFleet(sandbox, account, [{ count: 2, RunInstances: of(OLD), ...named('old-{n}') }])
    const broken = { action: 'fail', code: 'Client.InternalError', message: 'the key is disabled' }
    await sandbox.post('faults', { account, operation: 'CreateSnapshots', count: 1, ...broken })
    using job = fleetJob(sandbox, account, `immediate: true, ${ANY}`, { enforce: 'terminate' })
    const { code, log } = await job.run()
    expect({ code, log }).toEqual({
      code: 1,
      log: expect.stringMatching(/::error.*Expected the snapshot snap-\w+ of i-\w+ to be complete.*found it error/)
    })
    const states = Object.values(await statesOf(sandbox, account)).sort()
    expect(states).toEqual(['running', expect.stringMatching(/^(?:shutting-down|terminated)$/)])
  })

  test('with dry-run it changes nothing, and its plan is that of the run that follows', async () => {
    const account = newAccount()
    await seedFleet(sandbox, account, [
      { RunInstances: of(OLD), ...named('new') },
      { RunInstances: of(OLD), ...named('due', NOTED) }
    ])
    using dry = fleetJob(sandbox, account, ANY, { enforce: 'stop', 'dry-run': 'true' })
    const planned = await dry.run()
    expect(await changesOf(sandbox, account)).toEqual([])
    expect(planned.summary).toContain('Would be done')
    using wet = fleetJob(sandbox, account, ANY, { enforce: 'stop' })
    const done = await wet.run()
    expect({ code: done.code, plan: done.outputs.plan }).toEqual({ code: 0, plan: planned.outputs.plan })
    expect(await changesOf(sandbox, account)).toEqual(['CreateSnapshots', 'CreateTags', 'StopInstances'])
    const states = await statesOf(sandbox, account)
    expect(states).toMatchObject({ new: 'running', due: expect.stringMatching(/^stop/) })
  })

  test('more than the caps allow: nothing is done, and it says so', async () => {
    const account = newAccount()
    await seedFleet(sandbox, account, [
      { count: 6, RunInstances: of(OLD), tags: NOTED },
      { count: 194, RunInstances: of(GOOD) }
    ])
    using job = fleetJob(sandbox, account, '', { enforce: 'stop' })
    const { code, log, outputs } = await job.run()
    expect({ code, log }).toEqual({
      code: 1,
      log: expect.stringMatching(/::error::.*at most 5 instances.*found 6 due/)
    })
    expect(outputs.passed).toBe('false')
    expect(await changesOf(sandbox, account)).toEqual([])
  })

  test('what a service manages, what a tag excludes and what is protected is left; the rest of its zone is not', async () => {
    const account = newAccount()
    await seedFleet(sandbox, account, [
      { RunInstances: of(OLD), ...named('managed'), managedBy: 'eks.amazonaws.com' },
      { RunInstances: of(OLD), ...named('excluded', { keep: 'yes' }) },
      { RunInstances: of(OLD, { DisableApiTermination: true }), ...named('protected') },
      { count: 20, RunInstances: of(OLD), ...named('old-{n}') }
    ])
    using job = fleetJob(sandbox, account, `immediate: true, exclude: { keep: "*" }, ${ANY}`, { enforce: 'terminate' })
    const { code, log, summary } = await job.run()
    expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
    const { managed, excluded, protected: guarded, ...others } = await statesOf(sandbox, account)
    expect({ managed, excluded, guarded }).toEqual({ managed: 'running', excluded: 'running', guarded: 'running' })
    expect(new Set(Object.values(others))).not.toContain('running')
    expect(summary).toMatch(/not terminated: it is protected from termination/)
    expect(summary).toMatch(/managed by eks\.amazonaws\.com/)
  })

  test('what gets the tag that spares it just before the act is left', async () => {
    const account = newAccount()
    await seedFleet(sandbox, account, [{ count: 3, RunInstances: of(OLD), ...named('old-{n}') }])
    const [chosen = ''] = await idsOf(account)
    const looks = (await sandbox.meant(account, 'DescribeInstances')).length
    await sandbox.post('faults', { account, operation: 'DescribeInstances', action: 'hold', skip: 1, count: 1 })
    using job = fleetJob(sandbox, account, `immediate: true, exclude: { keep: "*" }, ${ANY}`, { enforce: 'stop' })
    const ended = job.start()
    await sandbox.called(account, 'DescribeInstances', looks + 2)
    const Tags = [{ Key: 'keep', Value: 'yes' }]
    await sandbox.ec2(account).send(new CreateTagsCommand({ Resources: [chosen], Tags }))
    await sandbox.release()
    const { code, summary } = await ended
    expect({ code, summary }).toEqual({ code: 0, summary: expect.stringContaining('it has changed meanwhile') })
    expect(Object.values(await statesOf(sandbox, account)).filter(state => state === 'running')).toHaveLength(1)
    expect(await taggedWith(sandbox, account, 'stopped')).not.toContain(chosen)
  })

  test('what it may not do names the IAM action, and nothing says that it was done', async () => {
    const account = newAccount()
    await seedFleet(sandbox, account, [{ count: 3, RunInstances: of(OLD), ...named('old-{n}') }])
    const denied = { action: 'error', code: 'UnauthorizedOperation', status: 403 }
    await sandbox.post('faults', { account, operation: 'StopInstances', ...denied })
    using job = fleetJob(sandbox, account, `immediate: true, ${ANY}`, { enforce: 'stop' })
    const { code, log, outputs } = await job.run()
    await sandbox.release()
    expect({ code, log }).toEqual({
      code: 1,
      log: expect.stringMatching(/::error::us-east-1: ec2:StopInstances failed.*Allow the IAM action ec2:StopInstances/)
    })
    expect(log.match(/::error::/g)).toHaveLength(1)
    expect(outputs['failed-regions']).toBe('["us-east-1"]')
    expect(await taggedWith(sandbox, account, 'stopped')).toEqual([])
  })

  test('one that is protected just before the act holds up no other', async () => {
    const account = newAccount()
    await seedFleet(sandbox, account, [{ count: 8, RunInstances: of(OLD), ...named('old-{n}') }])
    const ids = await idsOf(account)
    await sandbox.post('faults', {
      account,
      operation: 'StopInstances',
      resource: ids[3],
      action: 'error',
      code: 'OperationNotPermitted'
    })
    using job = fleetJob(sandbox, account, `immediate: true, ${ANY}`, { enforce: 'stop' })
    const { code, log } = await job.run()
    expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
    expect(Object.values(await statesOf(sandbox, account)).filter(state => state === 'running')).toHaveLength(1)
    expect(await taggedWith(sandbox, account, 'stopped')).not.toContain(ids[3])
  })

  async function idsOf(account: string): Promise<string[]> {
    const { Reservations = [] } = await sandbox.ec2(account).send(new DescribeInstancesCommand({}))
    return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId = '' }) => InstanceId))
  }
})

describe('a place that is not known completely', () => {
  test.each(['DescribeInstances', 'DescribeImages', 'DescribeLaunchTemplateVersions', 'DescribeAutoScalingGroups'])(
    'a region where %s is denied is told, and left; the others are not',
    async operation => {
      const account = newAccount()
      for (const region of ['us-east-1', 'eu-west-1']) {
        await seedFleet(sandbox, account, [{ RunInstances: of(OLD), ...named('old') }], region)
      }
      const error = { action: 'error', code: 'UnauthorizedOperation', status: 403 }
      await sandbox.post('faults', { account, operation, region: 'eu-west-1', ...error })
      const inputs = { enforce: 'stop', regions: 'us-east-1,eu-west-1' }
      using job = fleetJob(sandbox, account, `immediate: true, ${ANY}`, inputs)
      const { code, log, outputs } = await job.run()
      const action = `${operation.includes('Scaling') ? 'autoscaling' : 'ec2'}:${operation}`
      expect({ code, log }).toEqual({
        code: 1,
        log: expect.stringMatching(new RegExp(`::error::eu-west-1: ${action} failed.*Allow the IAM action ${action}`))
      })
      expect(outputs).toMatchObject({ 'failed-regions': '["eu-west-1"]', passed: 'false' })
      await sandbox.release()
      expect((await statesOf(sandbox, account)).old).toMatch(/^stop/)
      expect((await statesOf(sandbox, account, 'eu-west-1')).old).toBe('running')
    }
  )

  test('a region without any approved image is not one where nothing is approved', async () => {
    const account = newAccount()
    await sandbox.post('seed', { account, images: [{ Image: { ImageId: OLD, Name: 'somebody' } }] })
    await sandbox.post('seed', { account, instances: [{ RunInstances: of(OLD) }] })
    using job = fleetJob(sandbox, account, `immediate: true, ${ANY}`, { enforce: 'terminate' })
    const { code, log } = await job.run()
    expect({ code, log }).toEqual({
      code: 1,
      log: expect.stringMatching(/us-east-1: expected an approved image before anything is enforced there, found none/)
    })
    expect(await changesOf(sandbox, account)).toEqual([])
  })
})
