import { CreateAutoScalingGroupCommand, StartInstanceRefreshCommand } from '@aws-sdk/client-auto-scaling'
import {
  CreateLaunchTemplateCommand,
  CreateTagsCommand,
  EnableImageDeregistrationProtectionCommand,
  RunInstancesCommand
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll } from '@jest/globals'
import { Job, type JobOptions } from './support/action.ts'
import { dueAt, HEAD, keepInBin, ownId, type SeededImage, seedFamily } from './support/family.ts'
import type { Scenario } from './support/policies.ts'
import { testPolicy } from './support/policy-tests.ts'
import { recipe } from './support/recipes.ts'
import { Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const FRIEND = '111122223333'

const job = (inputs: Record<string, string> = {}): Omit<JobOptions, 'account'> => ({
  files: { 'recipe.yml': recipe(undefined, 'sunset: { keep: 1, max-images: 100, max-percent: 100 }') },
  inputs: { command: 'sunset', ...inputs }
})

async function sunset(account: string): Promise<void> {
  using run = new Job(sandbox, { account, ...job() })
  const { code, log } = await run.run()
  if (code !== 0) throw new Error(log)
}

/** A family with a published head, and an old image that is to go to its next stage; the Recycle Bin keeps it. */
async function seed(account: string, stage: Parameters<typeof dueAt>[0], more: Partial<SeededImage> = {}) {
  const id = ownId(account, 1)
  await seedFamily(sandbox, account, [
    { ...HEAD, imageId: ownId(account, 0) },
    { ...dueAt(stage, id), ...more }
  ])
  await keepInBin(sandbox, account)
  return id
}

/** A group whose instances are being replaced. */
async function seedGroup(account: string): Promise<void> {
  const LaunchTemplateData = { ImageId: ownId(account, 0), InstanceType: 't3.small' } as const
  await sandbox.ec2(account).send(new CreateLaunchTemplateCommand({ LaunchTemplateName: 'web', LaunchTemplateData }))
  const group = { AutoScalingGroupName: 'web', MinSize: 1, MaxSize: 1, AvailabilityZones: ['us-east-1a'] }
  const autoscaling = sandbox.autoscaling(account)
  await autoscaling.send(new CreateAutoScalingGroupCommand({ ...group, LaunchTemplate: { LaunchTemplateName: 'web' } }))
  await autoscaling.send(new StartInstanceRefreshCommand({ AutoScalingGroupName: 'web' }))
}

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

const READ: readonly Scenario[] = [
  {
    isRepeatable: true,
    name: 'a plan, where groups use images, and others whom they are shared with',
    prepare: async account => {
      await seed(account, 'deprecated', { sharedWith: [FRIEND] })
      await seedGroup(account)
      await sunset(account)
      await sandbox.post('clock', { advance: '2d' })
      return job({ 'dry-run': 'true' })
    }
  },
  {
    isRepeatable: true,
    name: 'a plan to take an image out of the Recycle Bin',
    prepare: async account => {
      const id = await seed(account, 'disabled')
      await sunset(account)
      return job({ undo: id, 'dry-run': 'true' })
    }
  }
]

const STAGES: readonly Scenario[] = [
  {
    name: 'an image that is deprecated',
    prepare: async account => {
      await seed(account, 'current')
      return job()
    }
  },
  {
    name: 'an image that is disabled, and that is protected',
    prepare: async account => {
      const protect = { ImageId: await seed(account, 'deprecated'), WithCooldown: true }
      await sandbox.ec2(account).send(new EnableImageDeregistrationProtectionCommand(protect))
      return job()
    }
  },
  {
    name: 'an image whose use by others is asked for',
    prepare: async account => {
      await seed(account, 'deprecated', { sharedWith: [FRIEND] })
      return job()
    }
  },
  {
    name: 'an image that is disabled, and that is shared with many',
    prepare: async account => {
      const id = await seed(account, 'deprecated', { sharedWith: MANY })
      await shareWithMany(account, id)
      await sunset(account)
      await sandbox.post('clock', { advance: '2d' })
      return job()
    }
  },
  {
    name: 'an image that is brought back from the Recycle Bin',
    prepare: async account => {
      const id = await seed(account, 'disabled')
      await sunset(account)
      return job({ undo: id })
    }
  },
  {
    name: 'a disabled image that is brought back, and shared again',
    prepare: async account => {
      const id = await seed(account, 'deprecated', { sharedWith: MANY })
      await shareWithMany(account, id)
      await sunset(account)
      await sandbox.post('clock', { advance: '2d' })
      await sunset(account)
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
      await seed(account, 'disabled')
      return job()
    }
  },
  {
    name: 'a builder that a dead run has left',
    besides: ['sunset-read', 'sunset-stage'],
    prepare: async account => {
      await seed(account, 'disabled')
      await leaveBuilder(account)
      return job()
    }
  }
]

testPolicy({
  name: 'sunset-read',
  sandbox: () => sandbox,
  isInTurn: true,
  scenarios: READ,
  // They tell of what is left behind, and of what an image would come back with.
  bestEffort: [
    'ec2:DescribeLockedSnapshots',
    'ec2:DescribeSnapshots',
    'ec2:ListImagesInRecycleBin',
    'rbin:GetRule',
    'rbin:ListRules'
  ]
})
testPolicy({ name: 'sunset-stage', sandbox: () => sandbox, isInTurn: true, scenarios: STAGE })
testPolicy({
  name: 'sunset-destroy',
  sandbox: () => sandbox,
  isInTurn: true,
  scenarios: DESTROY,
  bestEffort: ['ec2:DeleteSnapshot']
})
