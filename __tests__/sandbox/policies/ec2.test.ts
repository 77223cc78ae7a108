import {
  CreateTagsCommand,
  RebootInstancesCommand,
  type ResourceType,
  type RunInstancesCommandInput
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { EC2_ACTIONS } from '../../../src/sandbox/policies/ec2-actions.ts'
import { operations } from '../../../src/sandbox/wire/operations.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { clientsFor, serve, served, useClients } from '../../support/sandbox.ts'
import { copyImage, imageFor, snapshotFor } from '../ec2/copy/parts.ts'
import { seeder } from '../ec2/fixture.ts'
import { createSnapshot, createVolume, launch, settle } from '../ec2/make.ts'
import { ask } from '../server/control-client.ts'
import { allow, deny, outcomeOf, restrict, userOf } from './fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)
beforeEach(async () => {
  await ask(sandbox, 'DELETE', 'policies')
})

const restrictMe = (...statements: object[]) => restrict(sandbox, userOf(clients.account), ...statements)
const run = (change: Partial<RunInstancesCommandInput> = {}) => outcomeOf(launch(clients, change))
const tagged = (ResourceType: ResourceType, Key: string, Value: string) => ({
  TagSpecifications: [{ ResourceType, Tags: [{ Key, Value }] }]
})
const arn = (path: string, account = clients.account) => `arn:aws:ec2:us-east-1:${account}:${path}`

test('the table of actions names operations of EC2, each once', () => {
  const names = EC2_ACTIONS.trim()
    .split('\n')
    .map(line => line.trim().split(' ')[0] ?? '')
  expect(names.filter(name => !operations('ec2').has(name))).toEqual([])
  expect(names).toEqual([...new Set(names)].sort())
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
describe('tags that a request gives', () => {
  test('in making a resource: CreateTags, on what it tags, with ec2:CreateAction', async () => {
    await restrictMe(allow('ec2:RunInstances'))
    expect(await run()).toBe('ok')
    expect(await run(tagged('instance', 'a', 'b'))).toBe(`ec2:CreateTags on ${arn('instance/*')}`)
    await restrictMe(allow('ec2:CreateTags', { Condition: { StringEquals: { 'ec2:CreateAction': 'CreateVolume' } } }))
    expect(await run(tagged('instance', 'a', 'b'))).toBe(`ec2:CreateTags on ${arn('instance/*')}`)
    await restrictMe(allow('ec2:CreateTags', { Condition: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } } }))
    expect(await run(tagged('instance', 'a', 'b'))).toBe('ok')
    const { InstanceId: id = '' } = await launch(clients)
    const tag = new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'a', Value: 'b' }] })
    expect(await outcomeOf(clients.ec2.send(tag))).toBe(`ec2:CreateTags on ${arn(`instance/${id}`)}`)
  })

  test('aws:RequestTag: of the resource that gets it, and no other', async () => {
    const Condition = { StringEquals: { 'aws:RequestTag/team': 'images' } }
    const others = ['subnet', 'security-group', 'network-interface', 'volume'].map(type => arn(`${type}/*`))
    await restrictMe(
      allow('ec2:RunInstances', { Resource: [...others, 'arn:aws:ec2:*::image/*'] }),
      allow('ec2:RunInstances', { Resource: arn('instance/*'), Condition }),
      allow('ec2:CreateTags')
    )
    const denied = `ec2:RunInstances on ${arn('instance/*')}`
    expect(await run()).toBe(denied)
    expect(await run(tagged('instance', 'team', 'other'))).toBe(denied)
    expect(await run(tagged('volume', 'team', 'images'))).toBe(denied)
    expect(await run(tagged('instance', 'team', 'images'))).toBe('ok')
  })

  test('aws:TagKeys: the keys that may be given', async () => {
    const id = await createVolume(clients)
    const Condition = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'cost'] } }
    await restrictMe(allow('ec2:CreateTags', { Condition }))
    const tag = (...keys: string[]) =>
      outcomeOf(
        clients.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: keys.map(Key => ({ Key, Value: 'x' })) }))
      )
    expect([await tag('team', 'cost'), await tag('team', 'other')]).toEqual([
      'ok',
      `ec2:CreateTags on ${arn(`volume/${id}`)}`
    ])
  })
})

describe('tags that a resource has', () => {
  test.each(['aws:ResourceTag/team', 'ec2:ResourceTag/team'])(
    '%s: one resource without it fails the call',
    async key => {
      const { InstanceId: mine = '' } = await launch(clients, tagged('instance', 'team', 'images'))
      const { InstanceId: other = '' } = await launch(clients, tagged('instance', 'team', 'web'))
      await restrictMe(allow('ec2:RebootInstances', { Condition: { StringEquals: { [key]: 'images' } } }))
      const reboot = (...InstanceIds: string[]) => clients.ec2.send(new RebootInstancesCommand({ InstanceIds }))
      await settle(sandbox)
      expect(await outcomeOf(reboot(mine))).toBe('ok')
      expect(await outcomeOf(reboot(mine, other))).toBe(`ec2:RebootInstances on ${arn(`instance/${other}`)}`)
    }
  )
})

describe('copies and snapshots', () => {
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/copy-ami-permissions.html
  test('CopyImage is authorized on the source image, in its region, and on the image and snapshots that it makes', async () => {
    const SourceImageId = await imageFor(sandbox, clients, [await snapshotFor(sandbox, clients)])
    const there = clientsFor(sandbox.url, clients.account, 'eu-west-1')
    const copy = () => outcomeOf(copyImage(there, { SourceImageId }))
    await restrictMe(allow('ec2:CopyImage', { Resource: 'arn:aws:ec2:eu-west-1::*' }))
    expect(await copy()).toBe(`ec2:CopyImage on arn:aws:ec2:us-east-1::image/${SourceImageId}`)
    await restrictMe(allow('ec2:CopyImage', { Resource: `arn:aws:ec2:us-east-1::image/${SourceImageId}` }))
    expect(await copy()).toBe('ok')
    await restrictMe(deny('ec2:CopyImage', { Resource: 'arn:aws:ec2:eu-west-1::snapshot/*' }))
    expect(await copy()).toBe('ec2:CopyImage on arn:aws:ec2:eu-west-1::snapshot/*')
  })

  test('CreateSnapshot on the volume and the snapshot', async () => {
    const volume = await createVolume(clients)
    await restrictMe(allow('ec2:CreateSnapshot', { Resource: arn(`volume/${volume}`) }))
    expect(await outcomeOf(createSnapshot(clients, volume))).toBe(
      'ec2:CreateSnapshot on arn:aws:ec2:us-east-1::snapshot/*'
    )
    await restrictMe(allow('ec2:CreateSnapshot', { Resource: 'arn:aws:ec2:*::snapshot/*' }))
    expect(await outcomeOf(createSnapshot(clients, volume))).toBe('ok')
  })
})
