import { CreateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling'
import {
  CreateLaunchTemplateCommand,
  DeleteLaunchTemplateCommand,
  type RequestLaunchTemplateData,
  RunInstancesCommand
} from '@aws-sdk/client-ec2'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { serve, served, useClients } from '../../support/sandbox.ts'
import { IMAGES, seeder } from '../ec2/fixture.ts'
import { ask } from '../server/control-client.ts'
import { allow, deny, outcomeOf, restrict, userOf } from './fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)
beforeEach(async () => {
  await ask(sandbox, 'DELETE', 'policies')
})

const restrictMe = (...statements: object[]) => restrict(sandbox, userOf(clients.account), ...statements)
const arn = (path: string, account = clients.account) => `arn:aws:ec2:us-east-1:${account}:${path}`

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/permissions-for-launch-templates.html
describe('a launch from a template', () => {
  const TagSpecifications = [{ ResourceType: 'launch-template' as const, Tags: [{ Key: 'team', Value: 'images' }] }]

  async function makeTemplate(LaunchTemplateData: RequestLaunchTemplateData): Promise<string> {
    const request = { LaunchTemplateName: 'web', TagSpecifications, LaunchTemplateData }
    const { LaunchTemplate: template } = await clients.ec2.send(new CreateLaunchTemplateCommand(request))
    return template?.LaunchTemplateId ?? ''
  }

  const fromTemplate = () =>
    outcomeOf(
      clients.ec2.send(
        new RunInstancesCommand({ MinCount: 1, MaxCount: 1, LaunchTemplate: { LaunchTemplateName: 'web' } })
      )
    )

  test('is authorized on the template, by its tags', async () => {
    const id = await makeTemplate({ ImageId: IMAGES.linux, InstanceType: 't3.micro' })
    const tagged = (team: string) => ({
      Resource: arn('launch-template/*'),
      Condition: { StringEquals: { 'aws:ResourceTag/team': team } }
    })
    await restrictMe(allow('ec2:RunInstances', { NotResource: arn('launch-template/*'), Resource: undefined }))
    expect(await fromTemplate()).toBe(`ec2:RunInstances on ${arn(`launch-template/${id}`)}`)
    await restrictMe(allow('ec2:RunInstances', tagged('web')))
    expect(await fromTemplate()).toBe(`ec2:RunInstances on ${arn(`launch-template/${id}`)}`)
    await restrictMe(allow('ec2:RunInstances', tagged('images')))
    expect(await fromTemplate()).toBe('ok')
  })

  test('and on all that the template says: image, type, tags, the role of its profile', async () => {
    await makeTemplate({
      ImageId: IMAGES.linux,
      InstanceType: 't3.micro',
      IamInstanceProfile: { Name: 'agent' },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'team', Value: 'images' }] }]
    })
    const onlyMicro = {
      Condition: { StringNotEquals: { 'ec2:InstanceType': 't3.micro' } },
      Resource: arn('instance/*')
    }
    await restrictMe(allow('ec2:RunInstances'), deny('ec2:RunInstances', onlyMicro))
    expect(await fromTemplate()).toBe(`ec2:CreateTags on ${arn('instance/*')}`)
    await restrictMe(allow('ec2:CreateTags', { Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'team' } } }))
    expect(await fromTemplate()).toBe(`iam:PassRole on arn:aws:iam::${clients.account}:role/agent`)
    await restrictMe(allow('iam:PassRole'))
    expect(await fromTemplate()).toBe('ok')
    await restrictMe(deny('ec2:RunInstances', { Resource: `arn:aws:ec2:*::image/${IMAGES.linux}` }))
    expect(await fromTemplate()).toBe(`ec2:RunInstances on arn:aws:ec2:us-east-1::image/${IMAGES.linux}`)
  })

  test('an image that a parameter names: its own permission, and the image itself', async () => {
    const { ssm } = clients
    const parameter = { Name: '/base', Value: IMAGES.linux, Type: 'String', DataType: 'aws:ec2:image' } as const
    await ssm.send(new PutParameterCommand(parameter))
    await makeTemplate({ ImageId: 'resolve:ssm:/base', InstanceType: 't3.micro' })
    await restrictMe(allow('ec2:*'))
    expect(await fromTemplate()).toBe(`ssm:GetParameters on arn:aws:ssm:us-east-1:${clients.account}:parameter/base`)
    await restrictMe(allow('ssm:GetParameters'), deny('ec2:*', { Resource: `arn:aws:ec2:*::image/${IMAGES.linux}` }))
    expect(await fromTemplate()).toContain(`image/${IMAGES.linux}`)
  })

  test('changing a template that is called by its name', async () => {
    const id = await makeTemplate({ ImageId: IMAGES.linux })
    await restrictMe(allow('ec2:Describe*'))
    const command = new DeleteLaunchTemplateCommand({ LaunchTemplateName: 'web' })
    expect(await outcomeOf(clients.ec2.send(command))).toBe(
      `ec2:DeleteLaunchTemplate on ${arn(`launch-template/${id}`)}`
    )
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
  test('a group of it can be made by who may launch it only', async () => {
    await makeTemplate({ ImageId: IMAGES.linux, InstanceType: 't3.micro' })
    const make = () =>
      outcomeOf(
        clients.autoscaling.send(
          new CreateAutoScalingGroupCommand({
            AutoScalingGroupName: 'web',
            MinSize: 0,
            MaxSize: 1,
            AvailabilityZones: ['us-east-1a'],
            LaunchTemplate: { LaunchTemplateName: 'web' }
          })
        )
      )
    await restrictMe(allow('ssm:*'))
    const group = `arn:aws:autoscaling:us-east-1:${clients.account}:autoScalingGroup:*:autoScalingGroupName/web`
    expect(await make()).toBe(`autoscaling:CreateAutoScalingGroup on ${group}`)
    await restrictMe(allow('autoscaling:*'))
    expect(await make()).toBe(`ec2:RunInstances on ${arn('instance/*')}`)
    await restrictMe(allow('ec2:RunInstances'))
    expect(await make()).toBe('ok')
  })
})
