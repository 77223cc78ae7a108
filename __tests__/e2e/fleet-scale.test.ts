import { DescribeInstancesCommand, paginateDescribeInstances } from '@aws-sdk/client-ec2'
import { expect, test } from '@jest/globals'
import { fleetJob, GOOD, OLD, of, seedFleet } from './support/fleet.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

const DUE = 500
const LONG_AGO = new Date(Date.now() - 30 * 86_400_000).toISOString()
const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c']

/** By state: the names of an account's instances. */
async function namesByState(sandbox: Sandbox, account: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  const pages = paginateDescribeInstances({ client: sandbox.ec2(account), pageSize: 1000 }, {})
  for await (const { Reservations = [] } of pages) {
    for (const { State, Tags = [] } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
      const kind = (Tags.find(({ Key }) => Key === 'Name')?.Value ?? '').replace(/-\d+$/, '')
      const state = /^(?:stop|shutting|termin)/.test(State?.Name ?? '') ? 'acted on' : 'running'
      found.set(`${kind} ${state}`, [...(found.get(`${kind} ${state}`) ?? []), kind])
    }
  }
  return found
}

test.each([
  ['stop', 'disableApiStop', { DisableApiStop: true }],
  ['terminate', 'disableApiTermination', { DisableApiTermination: true }]
])(
  '%s of 500 instances, while EC2 throttles and every fifth call fails: these and no others',
  async (mode, _, guard) => {
    await using sandbox = await Sandbox.start('--guests', 'scripted')
    const account = newAccount()
    const noted = { 'ami-action:unapproved': LONG_AGO }
    await seedFleet(sandbox, account, [
      ...ZONES.map((AvailabilityZone, n) => ({
        count: n === 0 ? DUE - 300 : 150,
        tags: { Name: 'due-{n}', ...noted },
        RunInstances: of(OLD, { Placement: { AvailabilityZone } })
      })),
      { count: 5, tags: { Name: 'guarded-{n}', ...noted }, RunInstances: of(OLD, guard) },
      { count: 5, tags: { Name: 'kept-{n}', ...noted, keep: 'yes' }, RunInstances: of(OLD) },
      { count: 5, tags: { Name: 'managed-{n}', ...noted }, managedBy: 'eks.amazonaws.com', RunInstances: of(OLD) },
      { count: 485, tags: { Name: 'good-{n}' }, RunInstances: of(GOOD) }
    ])
    await sandbox.post('throttling', { enabled: true })
    await sandbox.post('faults', { account, action: 'internal', probability: 0.1, seed: 1 })
    await sandbox.post('faults', { account, action: 'throttle', probability: 0.1, seed: 2 })
    const rules = `exclude: { keep: "yes" }, snapshot-first: false, max-instances: ${DUE + 5}, max-percent: 51`
    using job = fleetJob(sandbox, account, `immediate: true, ${rules}`, { enforce: mode })
    const { code, log } = await job.run()
    await sandbox.release()
    expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
    const counts = Object.fromEntries(
      [...(await namesByState(sandbox, account))].map(([kind, { length }]) => [kind, length])
    )
    expect(counts).toEqual({
      'due acted on': DUE,
      'guarded running': 5,
      'kept running': 5,
      'good running': 485
    })
    const managed = await sandbox.ec2(account).send(new DescribeInstancesCommand({ IncludeManagedResources: true }))
    const states = (managed.Reservations ?? []).flatMap(({ Instances = [] }) => Instances)
    expect(states.filter(({ Operator }) => Operator?.Managed).map(({ State }) => State?.Name)).toEqual(
      Array(5).fill('running')
    )
  },
  300_000
)
