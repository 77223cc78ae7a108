import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { newAccount, Sandbox } from '../e2e/support/sandbox.ts'
import { bake, launch } from './cli-steps.ts'
import { AwsCli, has } from './programs.ts'

const inCli = has('aws', '--version') ? test.concurrent : test.skip
jest.setTimeout(180_000)

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const cliOf = (account: string = newAccount(), region?: string): AwsCli => new AwsCli(sandbox, account, region)

describe('the AWS CLI: instances and what launches them', () => {
  inCli('an instance from launch to termination', async () => {
    const cli = cliOf()
    const id = await launch(cli, '--tag-specifications', 'ResourceType=instance,Tags=[{Key=team,Value=web}]')
    expect(await cli.json(`ec2 describe-tags --filters Name=resource-id,Values=${id}`)).toEqual({
      Tags: [{ Key: 'team', Value: 'web', ResourceId: id, ResourceType: 'instance' }]
    })
    await cli.json(`ec2 stop-instances --instance-ids ${id}`)
    await cli.json(`ec2 wait instance-stopped --instance-ids ${id}`)
    await cli.json(`ec2 start-instances --instance-ids ${id}`)
    await cli.json(`ec2 wait instance-status-ok --instance-ids ${id}`)
    await cli.json(`ec2 modify-instance-attribute --instance-id ${id} --disable-api-termination`)
    expect(await cli.refused(`ec2 terminate-instances --instance-ids ${id}`)).toBe('OperationNotPermitted')
    await cli.json(`ec2 modify-instance-attribute --instance-id ${id} --no-disable-api-termination`)
    await cli.json(`ec2 terminate-instances --instance-ids ${id}`)
    await cli.json(`ec2 wait instance-terminated --instance-ids ${id}`)
    expect(await cli.refused('ec2 terminate-instances --instance-ids i-0123456789abcdef0')).toBe(
      'InvalidInstanceID.NotFound'
    )
    expect(await cli.refused(`ec2 start-instances --instance-ids ${id}`)).toBe('IncorrectInstanceState')
  })

  inCli('launch templates and Auto Scaling groups that launch from them', async () => {
    const cli = cliOf()
    const image = await bake(cli, 'template')
    const data = JSON.stringify({ ImageId: image, InstanceType: 't3.micro' })
    const template = await cli.text(
      'ec2 create-launch-template --launch-template-name web',
      'LaunchTemplate.LaunchTemplateId',
      '--launch-template-data',
      data
    )
    const next = JSON.stringify({ InstanceType: 't3.small' })
    expect(
      await cli.text(
        `ec2 create-launch-template-version --launch-template-id ${template} --source-version 1`,
        'LaunchTemplateVersion.[VersionNumber, LaunchTemplateData.ImageId]',
        '--launch-template-data',
        next
      )
    ).toBe(`2\t${image}`)
    expect(
      await cli.text(
        `ec2 describe-launch-template-versions --launch-template-id ${template} --versions $Latest`,
        'LaunchTemplateVersions[0].VersionNumber'
      )
    ).toBe('2')
    await cli.json(`ec2 modify-launch-template --launch-template-id ${template} --default-version 2`)
    const size = '--min-size 1 --max-size 3 --desired-capacity 2 --availability-zones us-east-1a us-east-1b'
    await cli.json(
      `autoscaling create-auto-scaling-group --auto-scaling-group-name web --launch-template LaunchTemplateId=${template},Version=$Default ${size}`
    )
    expect(
      await cli.text('autoscaling describe-auto-scaling-groups', 'AutoScalingGroups[0].Instances[].LifecycleState')
    ).toMatch(/InService|Pending/)
    expect(
      await cli.text(
        `ec2 describe-instances --filters Name=image-id,Values=${image} Name=instance-type,Values=t3.small`,
        'length(Reservations)'
      )
    ).toBe('2')
    await cli.json('autoscaling delete-auto-scaling-group --auto-scaling-group-name web --force-delete')
    await cli.json(`ec2 delete-launch-template --launch-template-id ${template}`)
    expect(await cli.refused('ec2 describe-launch-templates --launch-template-names web')).toBe(
      'InvalidLaunchTemplateName.NotFoundException'
    )
  })

  inCli('spot: a persistent request relaunches until it is cancelled', async () => {
    const cli = cliOf()
    const options = JSON.stringify({
      MarketType: 'spot',
      SpotOptions: { SpotInstanceType: 'persistent', InstanceInterruptionBehavior: 'stop' }
    })
    const first = await launch(cli, '--instance-market-options', options)
    const request = await cli.text(
      `ec2 describe-instances --instance-ids ${first}`,
      'Reservations[0].Instances[0].SpotInstanceRequestId'
    )
    const requests = `ec2 describe-spot-instance-requests --spot-instance-request-ids ${request}`
    expect(await cli.text(requests, 'SpotInstanceRequests[0].[State, InstanceId]')).toBe(`active\t${first}`)
    await cli.json(`ec2 terminate-instances --instance-ids ${first}`)
    await cli.json(`ec2 wait instance-terminated --instance-ids ${first}`)
    const second = await cli.text(requests, 'SpotInstanceRequests[0].InstanceId')
    expect(second).toMatch(/^i-/)
    expect(second).not.toBe(first)
    await cli.json(`ec2 cancel-spot-instance-requests --spot-instance-request-ids ${request}`)
    expect(await cli.text(requests, 'SpotInstanceRequests[0].State')).toBe('cancelled')
    await cli.json(`ec2 terminate-instances --instance-ids ${second}`)
  })

  inCli('types: where they are offered, and what happens without capacity', async () => {
    const account = newAccount()
    const cli = cliOf(account)
    const offered = 'ec2 describe-instance-type-offerings --location-type availability-zone'
    expect(
      await cli.text(`${offered} --filters Name=instance-type,Values=t3.micro`, 'length(InstanceTypeOfferings)')
    ).toMatch(/^[3-6]$/)
    expect(
      await cli.text('ec2 describe-instance-types --instance-types t3.micro', 'InstanceTypes[0].VCpuInfo.DefaultVCpus')
    ).toBe('2')
    const image = await cli.text(
      `ec2 describe-images --owners amazon --filters Name=name,Values=al2023*x86_64`,
      'Images[0].ImageId'
    )
    const run = `ec2 run-instances --image-id ${image} --instance-type t3.large --placement AvailabilityZone=us-east-1`
    const shortages = [{ zone: 'us-east-1a', instanceType: 't3.large' }]
    await sandbox.post('capacity', { region: 'us-east-1', account, shortages })
    expect(await cli.refused(`${run}a`)).toBe('InsufficientInstanceCapacity')
    expect(await cli.text(`${run}b`, 'Instances[0].ImageId')).toBe(image)
  })

  inCli('key pairs and the console', async () => {
    const cli = cliOf()
    expect(await cli.text('ec2 create-key-pair --key-name web --key-type ed25519', 'KeyMaterial')).toMatch(
      /PRIVATE KEY/
    )
    const id = await launch(cli, '--key-name', 'web')
    expect(await cli.text(`ec2 get-console-output --latest --instance-id ${id}`, 'Output')).toContain('sandbox:')
    await cli.json('ec2 delete-key-pair --key-name web')
    expect(await cli.refused('ec2 describe-key-pairs --key-names web')).toBe('InvalidKeyPair.NotFound')
  })

  inCli('a launch configuration, an instance refresh, a warm pool', async () => {
    const cli = cliOf()
    const old = await bake(cli, 'old')
    await cli.json(
      `autoscaling create-launch-configuration --launch-configuration-name lc --image-id ${old} --instance-type t3.micro`
    )
    expect(await cli.text('autoscaling describe-launch-configurations', 'LaunchConfigurations[0].ImageId')).toBe(old)
    const group = '--auto-scaling-group-name legacy'
    const size = '--min-size 0 --max-size 2 --desired-capacity 1 --availability-zones us-east-1a'
    await cli.json(`autoscaling create-auto-scaling-group ${group} --launch-configuration-name lc ${size}`)
    await cli.json(`autoscaling put-warm-pool ${group} --min-size 1`)
    expect(await cli.text(`autoscaling describe-warm-pool ${group}`, 'WarmPoolConfiguration.MinSize')).toBe('1')
    const refresh = await cli.text(`autoscaling start-instance-refresh ${group}`, 'InstanceRefreshId')
    expect(
      await cli.text(`autoscaling describe-instance-refreshes ${group}`, 'InstanceRefreshes[0].InstanceRefreshId')
    ).toBe(refresh)
    expect(await cli.refused('autoscaling delete-launch-configuration --launch-configuration-name lc')).toBe(
      'ResourceInUse'
    )
    await cli.json(`autoscaling delete-auto-scaling-group ${group} --force-delete`)
  })
})
