import {
  DescribeInstanceAttributeCommand,
  type InstanceAttribute,
  type InstanceAttributeName,
  ModifyInstanceAttributeCommand,
  type ModifyInstanceAttributeRequest,
  ModifyInstanceMetadataOptionsCommand,
  StopInstancesCommand
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, serve, served, useClients } from '../../../support/sandbox.ts'
import { seeder } from '../fixture.ts'
import { launched } from '../make.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)
let id: string
beforeEach(async () => {
  id = await launched(sandbox, clients, 'running')
})

async function read(Attribute: InstanceAttributeName): Promise<InstanceAttribute> {
  const { $metadata, ...answer } = await clients.ec2.send(
    new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute })
  )
  return answer
}

const modify = (change: Omit<ModifyInstanceAttributeRequest, 'InstanceId'>) =>
  clients.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, ...change }))

async function stopInstance(): Promise<void> {
  await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }))
  await advance(sandbox, 120)
}

type Change = Omit<ModifyInstanceAttributeRequest, 'InstanceId'>
const userData = new Uint8Array(Buffer.from('#!/bin/sh\necho new\n'))
const base64 = Buffer.from(userData).toString('base64')

describe('ModifyInstanceAttribute', () => {
  test.each([
    ['disableApiTermination', { DisableApiTermination: { Value: true } }, { DisableApiTermination: { Value: true } }],
    [
      'disableApiTermination',
      { Attribute: 'disableApiTermination', Value: 'true' },
      { DisableApiTermination: { Value: true } }
    ],
    ['disableApiStop', { DisableApiStop: { Value: true } }, { DisableApiStop: { Value: true } }],
    [
      'instanceInitiatedShutdownBehavior',
      { InstanceInitiatedShutdownBehavior: { Value: 'terminate' } },
      { InstanceInitiatedShutdownBehavior: { Value: 'terminate' } }
    ],
    ['sourceDestCheck', { SourceDestCheck: { Value: false } }, { SourceDestCheck: { Value: false } }],
    [
      'blockDeviceMapping',
      { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: false } }] },
      { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: false } }] }
    ]
  ] as [InstanceAttributeName, Change, InstanceAttribute][])(
    'sets %s while the instance runs, by %j',
    async (name, change, after) => {
      expect(await read(name)).not.toMatchObject(after)
      await modify(change)
      expect(await read(name)).toMatchObject({ InstanceId: id, ...after })
    }
  )

  test.each([
    ['userData', { UserData: { Value: userData } }, { UserData: { Value: base64 } }],
    ['instanceType', { InstanceType: { Value: 'm5.large' } }, { InstanceType: { Value: 'm5.large' } }],
    ['ebsOptimized', { EbsOptimized: { Value: true } }, { EbsOptimized: { Value: true } }]
  ] as [InstanceAttributeName, Change, InstanceAttribute][])(
    'sets %s of a stopped instance only',
    async (name, change, after) => {
      const message = `The instance '${id}' is not in the 'stopped' state.`
      await expect(modify(change)).rejects.toMatchObject({ name: 'IncorrectInstanceState', message })
      await stopInstance()
      await modify(change)
      expect(await read(name)).toMatchObject(after)
    }
  )

  test('removes user data by an empty value', async () => {
    await stopInstance()
    await modify({ UserData: { Value: userData } })
    await modify({ UserData: { Value: new Uint8Array() } })
    expect(await read('userData')).toEqual({ InstanceId: id, UserData: {} })
  })

  test.each([
    ['nothing', {}, 'InvalidParameterCombination', 'No attributes specified.'],
    [
      'two at once',
      { DisableApiStop: { Value: true }, SourceDestCheck: { Value: true } },
      'InvalidParameterCombination',
      'Fields for multiple attribute types specified'
    ],
    [
      'a behavior that is none',
      { InstanceInitiatedShutdownBehavior: { Value: 'sleep' } },
      'InvalidParameterValue',
      /one of stop, terminate/
    ],
    [
      'a type of another architecture',
      { InstanceType: { Value: 't4g.micro' } },
      'InvalidParameterValue',
      /does not match the architecture/
    ],
    [
      'user data above 16 KB',
      { UserData: { Value: new Uint8Array(16_385) } },
      'InvalidParameterValue',
      /limited to 16384 bytes/
    ],
    [
      'a device without volume',
      { BlockDeviceMappings: [{ DeviceName: '/dev/sdz' }] },
      'InvalidInstanceAttributeValue',
      'No device is currently mapped at /dev/sdz'
    ],
    ['a kernel of its own, which is not modelled', { Kernel: { Value: 'aki-1' } }, 'UnsupportedOperation', /Kernel/],
    ['a group of another network', { Groups: ['sg-0123456789abcdef0'] }, 'InvalidGroup.NotFound', /does not exist/]
  ] as [string, Change, string, string | RegExp][])('refuses %s', async (_, change, name, sentence) => {
    const message = typeof sentence === 'string' ? sentence : expect.stringMatching(sentence)
    await expect(modify(change)).rejects.toMatchObject({ name, message })
  })
})

describe('ModifyInstanceMetadataOptions', () => {
  test('changes what it names and keeps the rest', async () => {
    const command = new ModifyInstanceMetadataOptionsCommand({ InstanceId: id, HttpTokens: 'required' })
    const { InstanceMetadataOptions } = await clients.ec2.send(command)
    expect(InstanceMetadataOptions).toMatchObject({
      State: 'pending',
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 1
    })
    const record = sandbox.world.region('us-east-1', '').instances.get(id)
    expect(record?.instance.MetadataOptions).toMatchObject({ State: 'applied', HttpTokens: 'required' })
  })
})
