import { CreateAutoScalingGroupCommand, StartInstanceRefreshCommand } from '@aws-sdk/client-auto-scaling'
import { CreateLaunchTemplateCommand } from '@aws-sdk/client-ec2'
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

/** A group whose instances are being replaced. */
async function seedGroup(account: string): Promise<void> {
  const LaunchTemplateData = { ImageId: ownId(account, 0), InstanceType: 't3.small' } as const
  await sandbox.ec2(account).send(new CreateLaunchTemplateCommand({ LaunchTemplateName: 'web', LaunchTemplateData }))
  const group = { AutoScalingGroupName: 'web', MinSize: 1, MaxSize: 1, AvailabilityZones: ['us-east-1a'] }
  const autoscaling = sandbox.autoscaling(account)
  await autoscaling.send(new CreateAutoScalingGroupCommand({ ...group, LaunchTemplate: { LaunchTemplateName: 'web' } }))
  await autoscaling.send(new StartInstanceRefreshCommand({ AutoScalingGroupName: 'web' }))
}

const READ: readonly Scenario[] = [
  {
    isRepeatable: true,
    name: 'a plan, where groups use images, and others whom they are shared with',
    prepare: async account => {
      await seed(sandbox, account, 'deprecated', { sharedWith: [FRIEND] })
      await seedGroup(account)
      await sunset(sandbox, account)
      await sandbox.post('clock', { advance: '2d' })
      return job({ 'dry-run': 'true' })
    }
  },
  {
    isRepeatable: true,
    name: 'a plan to take an image out of the Recycle Bin',
    prepare: async account => {
      const id = await seed(sandbox, account, 'disabled')
      await sunset(sandbox, account)
      return job({ undo: id, 'dry-run': 'true' })
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
