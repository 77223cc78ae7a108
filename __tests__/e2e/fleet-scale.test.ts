import { paginateDescribeInstances } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { fleetJob, GOOD, OLD, of, seedFleet } from './support/fleet.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

const LONG_AGO = new Date(Date.now() - 30 * 86_400_000).toISOString()
const NOTED = { 'ami-action:unapproved': LONG_AGO }

/** How many instances of each kind were acted on, or run. */
async function countKinds(sandbox: Sandbox, account: string): Promise<Record<string, number>> {
  const found = new Map<string, number>()
  const pages = paginateDescribeInstances(
    { client: sandbox.ec2(account), pageSize: 1000 },
    { IncludeManagedResources: true }
  )
  for await (const { Reservations = [] } of pages) {
    for (const { State, Tags = [] } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
      const kind = (Tags.find(({ Key }) => Key === 'Name')?.Value ?? '').replace(/-\d+$/, '')
      const key = `${kind} ${State?.Name === 'running' ? 'running' : 'acted on'}`
      found.set(key, (found.get(key) ?? 0) + 1)
    }
  }
  return Object.fromEntries(found)
}

describe('500 of 1,000 instances, while EC2 throttles and every fifth call fails: these and no others', () => {
  test.each([
    ['stop', { DisableApiStop: true }],
    ['terminate', { DisableApiTermination: true }]
  ])(
    '%s',
    async (mode, guard) => {
      await using sandbox = await Sandbox.start('--guests', 'scripted')
      const account = newAccount()
      const due = (zone: string, count: number) => ({
        count,
        tags: { Name: 'due-{n}', ...NOTED },
        RunInstances: of(OLD, { Placement: { AvailabilityZone: zone } })
      })
      await seedFleet(sandbox, account, [
        due('us-east-1a', 200),
        due('us-east-1b', 150),
        due('us-east-1c', 150),
        { count: 5, tags: { Name: 'guarded-{n}', ...NOTED }, RunInstances: of(OLD, guard) },
        { count: 5, tags: { Name: 'excluded-{n}', ...NOTED, keep: 'yes' }, RunInstances: of(OLD) },
        { count: 5, tags: { Name: 'managed-{n}', ...NOTED }, managedBy: 'eks.amazonaws.com', RunInstances: of(OLD) },
        { count: 485, tags: { Name: 'good-{n}' }, RunInstances: of(GOOD) }
      ])
      await sandbox.post('throttling', { enabled: true })
      await sandbox.post('faults', { account, action: 'internal', probability: 0.2, seed: 1 })
      const rules = 'exclude: { keep: "yes" }, snapshot-first: false, max-instances: 505, max-percent: 51'
      using job = fleetJob(sandbox, account, `immediate: true, ${rules}`, { enforce: mode })
      const { code, log } = await job.run()
      await sandbox.release()
      await sandbox.post('throttling', { enabled: false })
      expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
      expect(await countKinds(sandbox, account)).toEqual({
        'due acted on': 500,
        'guarded running': 5,
        'excluded running': 5,
        'managed running': 5,
        'good running': 485
      })
    },
    120_000
  )
})
