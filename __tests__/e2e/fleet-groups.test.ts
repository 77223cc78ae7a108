import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand
} from '@aws-sdk/client-auto-scaling'
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  ModifyLaunchTemplateCommand
} from '@aws-sdk/client-ec2'
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ANY, changesOf, fleetJob, GOOD, OLD, seedFleet } from './support/fleet.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const GROUP = 'web-asg'
const autoscaling = (account: string): AutoScalingClient =>
  new AutoScalingClient({
    region: 'us-east-1',
    endpoint: sandbox.url,
    credentials: { accessKeyId: account, secretAccessKey: 'x' }
  })

async function until(isDone: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await new Promise(resolve => setTimeout(resolve, 50))) {
    if (await isDone()) return
  }
  throw new Error('Expected it within 20 s')
}

/** A group of two instances, launched from the old image by the default version of a template. */
async function makeGroup(account: string, ImageId: string): Promise<void> {
  await seedFleet(sandbox, account, [])
  const LaunchTemplateData = { ImageId, InstanceType: 't3.micro' as const }
  await sandbox.ec2(account).send(new CreateLaunchTemplateCommand({ LaunchTemplateName: 'web', LaunchTemplateData }))
  await autoscaling(account).send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: GROUP,
      MinSize: 2,
      MaxSize: 4,
      DesiredCapacity: 2,
      AvailabilityZones: ['us-east-1a'],
      LaunchTemplate: { LaunchTemplateName: 'web', Version: '$Default' }
    })
  )
  await until(async () => {
    const { AutoScalingGroups: [group] = [] } = await autoscaling(account).send(
      new DescribeAutoScalingGroupsCommand({})
    )
    return (group?.Instances ?? []).filter(({ LifecycleState }) => LifecycleState === 'InService').length === 2
  })
}

async function launchFromNowOn(account: string, ImageId: string): Promise<void> {
  const ec2 = sandbox.ec2(account)
  const LaunchTemplateData = { ImageId, InstanceType: 't3.micro' as const }
  await ec2.send(new CreateLaunchTemplateVersionCommand({ LaunchTemplateName: 'web', LaunchTemplateData }))
  await ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateName: 'web', DefaultVersion: '2' }))
}

async function refreshesOf(account: string): Promise<(boolean | undefined)[]> {
  const command = new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: GROUP })
  const { InstanceRefreshes = [] } = await autoscaling(account).send(command)
  return InstanceRefreshes.map(({ Preferences }) => Preferences?.SkipMatching)
}

const enforce = (account: string) => fleetJob(sandbox, account, `immediate: true, ${ANY}`, { enforce: 'terminate' })

describe('instances of an Auto Scaling group', () => {
  test('are replaced by it where its template names a good image by now; a rerun meanwhile starts nothing', async () => {
    const account = newAccount()
    await makeGroup(account, OLD)
    await launchFromNowOn(account, GOOD)
    using first = enforce(account)
    const { code, log, summary } = await first.run()
    expect({ code, log }).toEqual({ code: 0, log: expect.stringMatching(/group web-asg replaces its instances/) })
    expect(summary).toContain('being replaced by its group')
    expect(await refreshesOf(account)).toEqual([true])
    using second = enforce(account)
    expect((await second.run()).code).toBe(0)
    expect(await refreshesOf(account)).toEqual([true])
    expect(await sandbox.meant(account, 'TerminateInstances')).toEqual([])
  })

  test('stay where the group would launch the same again, which the report tells', async () => {
    const account = newAccount()
    await makeGroup(account, OLD)
    const before = (await sandbox.calls(account)).at(-1)?.seq ?? 0
    using job = enforce(account)
    const { code, log, outputs, summary } = await job.run()
    expect({ code, log }).toEqual({ code: 0, log: expect.stringMatching(/update its template first/) })
    expect(await changesOf(sandbox, account, before)).toEqual([])
    expect(JSON.parse(outputs.report ?? '').sources).toMatchObject([
      { kind: 'launch template', name: 'web', verdict: 'expired' },
      { kind: 'Auto Scaling group', name: GROUP, verdict: 'expired' }
    ])
    expect(summary).toContain('Would launch such images')
  })

  test('are all replaced where a parameter names the image', async () => {
    const account = newAccount()
    await makeGroup(account, OLD)
    const ssm = sandbox.ssm(account)
    const parameter = { Name: '/golden/web', Value: GOOD, Type: 'String', DataType: 'aws:ec2:image' } as const
    await ssm.send(new PutParameterCommand(parameter))
    await until(() =>
      ssm.send(new GetParameterCommand({ Name: '/golden/web' })).then(
        () => true,
        () => false
      )
    )
    await launchFromNowOn(account, 'resolve:ssm:/golden/web')
    using job = enforce(account)
    const { code, log } = await job.run()
    expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
    expect(await refreshesOf(account)).toEqual([false])
  })
})
