import {
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DescribeAutoScalingGroupsCommand
} from '@aws-sdk/client-auto-scaling'
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeregisterImageCommand,
  ModifyLaunchTemplateCommand
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll } from '@jest/globals'
import type { JobOptions } from './support/action.ts'
import { ANY, GOOD, type Instances, OLD, of, seedFleet } from './support/fleet.ts'
import type { Scenario } from './support/policies.ts'
import { testPolicy } from './support/policy-tests.ts'
import { Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const job = (more: string, inputs: Record<string, string> = {}): Omit<JobOptions, 'account'> => ({
  files: {
    'recipe.yml': `family: web
strategy: partial
base: { ssm: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 }
${more}
`
  },
  inputs: { command: 'verify', fleet: 'true', ...inputs }
})
const enforcing = (enforce: string) => job(`enforce: { ${ANY} }`, { enforce })

const LONG_AGO = new Date(Date.now() - 30 * 86_400_000).toISOString()
const NOTED = { tags: { 'ami-action:unapproved': LONG_AGO } }
const STOPPED = {
  tags: { ...NOTED.tags, 'ami-action:stopped': LONG_AGO },
  state: 'stopped',
  ageDays: 60
} as const

/** A group with an instance of the old image, whose template launches the good one by now. */
async function seedGroup(account: string): Promise<void> {
  const [ec2, autoscaling] = [sandbox.ec2(account), sandbox.autoscaling(account)]
  const data = (ImageId: string) => ({ LaunchTemplateData: { ImageId, InstanceType: 't3.micro' as const } })
  await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: 'web', ...data(OLD) }))
  const group = { AutoScalingGroupName: 'web', MinSize: 1, MaxSize: 1, AvailabilityZones: ['us-east-1a'] }
  const LaunchTemplate = { LaunchTemplateName: 'web' }
  await autoscaling.send(new CreateAutoScalingGroupCommand({ ...group, LaunchTemplate }))
  await becomesInService(account)
  await ec2.send(new CreateLaunchTemplateVersionCommand({ LaunchTemplateName: 'web', ...data(GOOD) }))
  await ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateName: 'web', DefaultVersion: '2' }))
}

/** A group with a launch configuration. */
async function seedConfiguration(account: string): Promise<void> {
  const autoscaling = sandbox.autoscaling(account)
  const configuration = { LaunchConfigurationName: 'old', ImageId: OLD, InstanceType: 't3.micro' }
  await autoscaling.send(new CreateLaunchConfigurationCommand(configuration))
  const group = { AutoScalingGroupName: 'old', MinSize: 0, MaxSize: 0, AvailabilityZones: ['us-east-1a'] }
  await autoscaling.send(new CreateAutoScalingGroupCommand({ ...group, LaunchConfigurationName: 'old' }))
}

async function becomesInService(account: string): Promise<void> {
  for (let left = 200; left > 0; left--) {
    const { AutoScalingGroups: [group] = [] } = await sandbox
      .autoscaling(account)
      .send(new DescribeAutoScalingGroupsCommand({}))
    if (group?.Instances?.some(({ LifecycleState: state }) => state === 'InService')) return
    await new Promise(resolve => setTimeout(resolve, 25))
  }
  throw new Error('Expected an instance in service, found none')
}

const REPORT: readonly Scenario[] = [
  {
    isRepeatable: true,
    name: 'a report on instances and groups',
    prepare: async account => {
      const spot = of(OLD, { InstanceMarketOptions: { MarketType: 'spot' } })
      await seedFleet(sandbox, account, [{ RunInstances: of(OLD) }, { RunInstances: spot }])
      await seedGroup(account)
      await seedConfiguration(account)
      await sandbox.ec2(account).send(new DeregisterImageCommand({ ImageId: OLD }))
      return job('')
    }
  }
]

/** An instance of an image that is not approved, whatever its tags say it has been through. */
const enforced = (name: string, mode: string, more: Partial<Instances> = {}, image = OLD): Scenario => ({
  name,
  besides: ['verify-fleet'],
  prepare: async account => {
    await seedFleet(sandbox, account, [{ RunInstances: of(image), ...more }])
    return enforcing(mode)
  }
})

const ENFORCE: readonly Scenario[] = [
  {
    name: 'a group that replaces its instances',
    besides: ['verify-fleet'],
    prepare: async account => {
      await seedFleet(sandbox, account, [])
      await seedGroup(account)
      return job(`enforce: { immediate: true, ${ANY} }`, { enforce: 'stop' })
    }
  },
  enforced('an instance that is noted', 'tag'),
  enforced('an instance of a good image that was noted', 'tag', NOTED, GOOD),
  enforced('an instance that is stopped', 'stop', NOTED),
  enforced('an instance that is terminated', 'terminate', STOPPED),
  {
    ...enforced('snapshots whose answer is lost', 'stop', NOTED),
    act: async (job, account) => {
      const fault = { account, operation: 'CreateSnapshots', action: 'drop', when: 'after', count: 1 }
      await sandbox.post('faults', fault)
      return job.run()
    }
  }
]

const ALLOWED: readonly Scenario[] = [
  {
    name: 'Allowed AMIs that are audited',
    besides: ['verify-fleet'],
    prepare: async account => {
      await seedFleet(sandbox, account, [{ RunInstances: of(GOOD) }])
      return job('allowed-images: enable')
    }
  }
]

testPolicy({ name: 'verify-fleet', sandbox: () => sandbox, isInTurn: true, scenarios: REPORT })
testPolicy({ name: 'verify-fleet-enforce', sandbox: () => sandbox, isInTurn: true, scenarios: ENFORCE })
testPolicy({ name: 'allowed-images', sandbox: () => sandbox, isInTurn: true, scenarios: ALLOWED })
