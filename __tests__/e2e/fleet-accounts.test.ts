import { DescribeSnapshotsCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ANY, fleetJob, GOOD, OLD, of, seedFleet, statesOf } from './support/fleet.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const named = (Name: string, imageId: string) => ({ tags: { Name }, RunInstances: of(imageId) })

test('in member accounts the owner’s word counts: they do not see the tags of the images that they run from', async () => {
  const [home, first, second] = [newAccount(), newAccount(), newAccount()]
  const launchPermissions = [first, second].map(UserId => ({ UserId }))
  await seedFleet(sandbox, home, [], 'us-east-1', launchPermissions)
  for (const account of [first, second]) {
    await sandbox.post('seed', { account, instances: [named('good', GOOD), named('old', OLD)] })
  }
  const inputs = { accounts: `${first},${second}`, 'account-role': 'ami', enforce: 'stop' }
  using job = fleetJob(sandbox, home, `immediate: true, ${ANY}`, inputs)
  const { code, log, outputs } = await job.run()
  expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
  for (const account of [first, second]) {
    expect(await statesOf(sandbox, account)).toEqual({ good: 'running', old: expect.stringMatching(/^stop/) })
  }
  expect(JSON.parse(outputs.report ?? '').images).toMatchObject(
    [first, second].sort().map(account => ({ place: `${account}/us-east-1`, imageId: OLD, verdict: 'expired' }))
  )
})

test('an account whose role can’t be assumed is told, and hides no other', async () => {
  const [home, first, second] = [newAccount(), newAccount(), newAccount()]
  await seedFleet(sandbox, home, [], 'us-east-1', [{ UserId: first }])
  await sandbox.post('seed', { account: first, instances: [named('old', OLD)] })
  await sandbox.post('faults', {
    operation: 'AssumeRole',
    resource: `*${second}*`,
    action: 'error',
    code: 'AccessDenied',
    status: 403
  })
  const inputs = { accounts: `${first},${second}`, 'account-role': 'ami' }
  using job = fleetJob(sandbox, home, '', inputs)
  const { code, log, outputs } = await job.run()
  await sandbox.release()
  expect({ code, log }).toEqual({
    code: 1,
    log: expect.stringMatching(/::error::\d+\/us-east-1: The role .* could not be assumed/)
  })
  expect(outputs['failed-regions']).toBe(`["${second}/us-east-1"]`)
  expect(JSON.parse(outputs.report ?? '').images).toHaveLength(1)
})

test('each instance is snapshotted once, though answers are lost and calls fail', async () => {
  const account = newAccount()
  await seedFleet(sandbox, account, [{ count: 20, tags: { Name: 'old-{n}' }, RunInstances: of(OLD) }])
  const operation = 'CreateSnapshots'
  await sandbox.post('faults', { account, operation, action: 'drop', when: 'after', probability: 0.2, seed: 3 })
  await sandbox.post('faults', { account, operation, action: 'internal', probability: 0.2, seed: 4 })
  using job = fleetJob(sandbox, account, `immediate: true, ${ANY}`, { enforce: 'terminate' })
  const { code, log } = await job.run()
  await sandbox.release()
  expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
  const Filters = [{ Name: 'tag-key', Values: ['ami-action:saved-from'] }]
  const { Snapshots = [] } = await sandbox.ec2(account).send(new DescribeSnapshotsCommand({ Filters }))
  const saved = Snapshots.map(({ Tags = [] }) => Tags.find(({ Key }) => Key === 'ami-action:saved-from')?.Value)
  expect(new Set(saved).size).toBe(20)
  expect(saved).toHaveLength(20)
  expect(Object.values(await statesOf(sandbox, account))).not.toContain('running')
})
