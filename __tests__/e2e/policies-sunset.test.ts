import { CreateTagsCommand, EnableImageDeregistrationProtectionCommand, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll } from '@jest/globals'
import { ownId } from './support/family.ts'
import type { Scenario } from './support/policies.ts'
import { testPolicy } from './support/policy-tests.ts'
import { Sandbox } from './support/sandbox.ts'
import { FRIEND, job, seed, sunset } from './support/sunset-accounts.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

/** More than the tags of an image can tell of. */
async function shareWithMany(account: string, id: string): Promise<void> {
  const Tags = Array.from({ length: 37 }, (_, i) => ({ Key: `team-${i}`, Value: 'x' }))
  await sandbox.ec2(account).send(new CreateTagsCommand({ Resources: [id], Tags }))
}
const MANY = Array.from({ length: 60 }, (_, i) => String(100_000_000_000 + i))

/** A builder on the spot market, whose deadline is long gone. */
async function leaveBuilder(account: string): Promise<void> {
  const tags = { managed: 'true', family: 'web', deadline: '2020-01-01T00:00:00.000Z' }
  const Tags = Object.entries(tags).map(([key, Value]) => ({ Key: `ami-action:${key}`, Value }))
  const types = ['instance', 'spot-instances-request'] as const
  await sandbox.ec2(account).send(
    new RunInstancesCommand({
      ImageId: ownId(account, 0),
      InstanceType: 't3.small',
      MinCount: 1,
      MaxCount: 1,
      ClientToken: 'ami-action-dead',
      InstanceMarketOptions: { MarketType: 'spot' },
      TagSpecifications: types.map(ResourceType => ({ ResourceType, Tags }))
    })
  )
}

const STAGES: readonly Scenario[] = [
  {
    name: 'an image that is deprecated',
    prepare: async account => {
      await seed(sandbox, account, 'current')
      return job()
    }
  },
  {
    name: 'an image that is disabled, and that is protected',
    prepare: async account => {
      const protect = { ImageId: await seed(sandbox, account, 'deprecated'), WithCooldown: true }
      await sandbox.ec2(account).send(new EnableImageDeregistrationProtectionCommand(protect))
      return job()
    }
  },
  {
    name: 'an image whose use by others is asked for',
    prepare: async account => {
      await seed(sandbox, account, 'deprecated', { sharedWith: [FRIEND] })
      return job()
    }
  },
  {
    name: 'an image that is disabled, and that is shared with many',
    prepare: async account => {
      const id = await seed(sandbox, account, 'deprecated', { sharedWith: MANY })
      await shareWithMany(account, id)
      await sunset(sandbox, account)
      await sandbox.post('clock', { advance: '2d' })
      return job()
    }
  },
  {
    name: 'an image that is brought back from the Recycle Bin',
    prepare: async account => {
      const id = await seed(sandbox, account, 'disabled')
      await sunset(sandbox, account)
      return job({ undo: id })
    }
  },
  {
    name: 'a disabled image that is brought back, and shared again',
    prepare: async account => {
      const id = await seed(sandbox, account, 'deprecated', { sharedWith: MANY })
      await shareWithMany(account, id)
      await sunset(sandbox, account)
      await sandbox.post('clock', { advance: '2d' })
      await sunset(sandbox, account)
      return job({ undo: id })
    }
  }
]
const STAGE = STAGES.map(scenario => ({ ...scenario, besides: ['sunset-read'] }))

const DESTROY: readonly Scenario[] = [
  {
    name: 'an image that is deregistered',
    besides: ['sunset-read', 'sunset-stage'],
    prepare: async account => {
      await seed(sandbox, account, 'disabled')
      return job()
    }
  },
  {
    name: 'a builder that a dead run has left',
    besides: ['sunset-read', 'sunset-stage'],
    prepare: async account => {
      await seed(sandbox, account, 'disabled')
      await leaveBuilder(account)
      return job()
    }
  }
]

testPolicy({ name: 'sunset-stage', sandbox: () => sandbox, isInTurn: true, scenarios: STAGE })
testPolicy({
  name: 'sunset-destroy',
  sandbox: () => sandbox,
  isInTurn: true,
  scenarios: DESTROY,
  bestEffort: ['ec2:DeleteSnapshot']
})
