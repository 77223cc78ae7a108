import { DescribeSnapshotsCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll } from '@jest/globals'
import {
  actAndClean,
  actAndLose,
  BEST_EFFORT,
  BY_ITSELF,
  bake,
  FRIEND,
  job,
  launch,
  UNSEEN,
  WINDOWS
} from './support/bake-jobs.ts'
import { makeKey } from './support/image.ts'
import type { Scenario } from './support/policies.ts'
import { testPolicy } from './support/policy-tests.ts'
import { Sandbox } from './support/sandbox.ts'
import { hasGuests } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const BOOSTED = 'boost: { iops: 4000, throughput: 1000 }'
const ON_SPOT = WINDOWS.replace('builder: { ', `builder: { spot: only, ${BOOSTED}, `)
const BROKEN = { operation: 'CreateImage', action: 'fail', code: 'Broken', message: 'broken' }

/** A bake in an account that has a key. */
const baking = (name: string, text: string, more: Partial<Scenario> = {}, faults: object[] = []): Scenario => ({
  name,
  prepare: async account => {
    await makeKey(sandbox, account, 'us-east-1', 'alias/root', [FRIEND])
    for (const fault of faults) await sandbox.post('faults', { account, ...fault })
    return job(text)
  },
  ...more
})

const BAKE: readonly Scenario[] = [
  baking('a bake', WINDOWS),
  baking('the post step of a bake that failed', WINDOWS, { act: actAndClean, code: 1 }, [BROKEN]),
  baking('a bake on the spot market, with a boost', ON_SPOT),
  baking('a command whose answer is lost', WINDOWS, { act: actAndLose }),
  baking('an image that EC2 fails to make', WINDOWS, { code: 1 }, [BROKEN]),
  {
    name: 'a bake that is due for a finding',
    prepare: async account => {
      await makeKey(sandbox, account, 'us-east-1', 'alias/root', [FRIEND])
      const imageId = await bake(sandbox, account, WINDOWS)
      const findings = [{ SeverityLabel: 'critical', FixAvailable: true, Title: 'CVE-2026-0001' }]
      const ScanResults = { CriticalFixAvailableSince: '2036-01-01T00:00:00Z' }
      await sandbox.post('seed', { account, findings: [{ imageId, findings, ScanResults }] })
      return job(WINDOWS)
    }
  },
  ...(hasGuests ? [baking('a builder that provisions itself', BY_ITSELF)] : [])
]

const backingUp = (name: string, more: Partial<Scenario> = {}, faults: object[] = []): Scenario => ({
  name,
  prepare: async account => {
    for (const fault of faults) await sandbox.post('faults', { account, ...fault })
    return job(`family: db\nstrategy: full\nbase: { instance: ${await launch(sandbox, account)}, reboot: stop }\n`)
  },
  ...more
})

const AS_IS: readonly Scenario[] = [
  backingUp('a backup of an instance'),
  backingUp('a backup that EC2 fails to make', { code: 1 }, [BROKEN]),
  {
    name: 'an image from a snapshot',
    prepare: async account => {
      await sandbox.post('seed', { account, images: [{ Image: { Name: 'theirs' } }] })
      const ec2 = sandbox.ec2(account)
      const { Snapshots: [snapshot] = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
      return job(`family: db\nstrategy: full\nbase: { snapshot: ${snapshot?.SnapshotId}, architecture: x86_64 }\n`)
    }
  }
]

testPolicy({ name: 'bake', sandbox: () => sandbox, scenarios: BAKE, bestEffort: BEST_EFFORT, unseen: UNSEEN })
testPolicy({ name: 'bake-as-is', sandbox: () => sandbox, scenarios: AS_IS })
