import {
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  type DeregisterImageRequest,
  DescribeImagesCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import type { RetainedType, RetentionRule } from '../../../../src/sandbox/rbin/records.ts'
import type { SnapshotRecord } from '../../../../src/sandbox/world/records.ts'
import { HandGuests } from '../../../support/hand-guests.ts'
import { clientsFor, serve, served, useClients } from '../../../support/sandbox.ts'
import { ask } from '../../server/control-client.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { imageOf, snapshotIdsOf, snapshotOf } from '../make.ts'
import { addImage, addSnapshot } from './own.ts'

const UNKNOWN = 'ami-0123456789abcdef0'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)

const own = (change: Parameters<typeof addImage>[2] = {}) => addImage(sandbox, clients.account, change).image
const deregister = (request: DeregisterImageRequest) => clients.ec2.send(new DeregisterImageCommand(request))
const recordOf = (id: string): SnapshotRecord => {
  const record = sandbox.world.region('us-east-1', clients.account).snapshots.get(id)
  if (!record) throw new Error(`There is no ${id}`)
  return record
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/deregister-ami.html
describe('DeregisterImage', () => {
  test('takes the image away and leaves its snapshots, which can then be deleted', async () => {
    const image = own()
    const [SnapshotId = ''] = snapshotIdsOf(image)
    expect(await deregister({ ImageId: image.ImageId })).toMatchObject({ Return: true })
    await expect(imageOf(clients, image.ImageId)).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
    expect(await snapshotOf(clients, SnapshotId)).toMatchObject({ State: 'completed' })
    await clients.ec2.send(new DeleteSnapshotCommand({ SnapshotId }))
  })

  test.each(['pending', 'available', 'failed', 'disabled'] as const)('takes one that is %s', async State => {
    const { ImageId } = own({ State })
    await deregister({ ImageId })
    const { Images } = await clients.ec2.send(new DescribeImagesCommand({ Owners: ['self'], IncludeDisabled: true }))
    expect(Images).toEqual([])
  })

  test.each([
    ['a malformed id', 'ami-zz', 'InvalidAMIID.Malformed'],
    ['an unknown id', UNKNOWN, 'InvalidAMIID.NotFound'],
    ["a private image of someone else's", IMAGES.foreign, 'InvalidAMIID.NotFound'],
    ["a public image of someone else's", IMAGES.linux, 'AuthFailure'],
    ['no id', '', 'MissingParameter']
  ])('refuses %s', async (_, ImageId, name) => {
    await expect(deregister({ ImageId })).rejects.toMatchObject({ name })
  })

  test('leaves all as it is in a dry run', async () => {
    const { ImageId } = own()
    const dry = deregister({ ImageId, DeleteAssociatedSnapshots: true, DryRun: true })
    await expect(dry).rejects.toMatchObject({ name: 'DryRunOperation' })
    expect(await imageOf(clients, ImageId)).toMatchObject({ State: 'available' })
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshotReturnCode.html
describe('DeleteAssociatedSnapshots answers', () => {
  const codeOf = async (ImageId: string) => {
    const { DeleteSnapshotResults: results = [] } = await deregister({ ImageId, DeleteAssociatedSnapshots: true })
    return results.map(({ ReturnCode: code }) => code)
  }
  const lock = (createdOn: Date) => ({ mode: 'governance' as const, createdOn, days: 1 })
  const goneOf = async (id: string) =>
    snapshotOf(clients, id).then(
      () => 'there',
      error => error.name
    )

  test('success: the snapshot is gone', async () => {
    const image = own()
    const [id = ''] = snapshotIdsOf(image)
    expect(await codeOf(image.ImageId)).toEqual(['success'])
    expect(await goneOf(id)).toBe('InvalidSnapshot.NotFound')
  })

  test.each(['available', 'disabled'] as const)('skipped, if another image stands on it that is %s', async State => {
    const image = own()
    const [id = ''] = snapshotIdsOf(image)
    own({ State, BlockDeviceMappings: image.BlockDeviceMappings })
    expect(await codeOf(image.ImageId)).toEqual(['skipped'])
    expect(await goneOf(id)).toBe('there')
  })

  test("missing-permissions, if it is another account's that was shared", async () => {
    const SnapshotId = addSnapshot(sandbox, clientsFor(sandbox.url).account)
    const image = own({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId } }] })
    expect(await codeOf(image.ImageId)).toEqual(['missing-permissions'])
  })

  test('missing-permissions, if policies do not allow it: the image is deregistered all the same', async () => {
    const image = own()
    const [id = ''] = snapshotIdsOf(image)
    const principal = `arn:aws:iam::${clients.account}:user/sandbox`
    const Statement = [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'ec2:DeleteSnapshot', Resource: '*' }
    ]
    await ask(sandbox, 'POST', 'policies', [{ principal, document: { Version: '2012-10-17', Statement } }])
    expect(await codeOf(image.ImageId)).toEqual(['missing-permissions'])
    expect(await goneOf(id)).toBe('there')
  })

  // https://docs.aws.amazon.com/ebs/latest/userguide/ebs-snapshot-lock.html
  test('client-error, if it is locked: the image is deregistered all the same', async () => {
    const image = own()
    const [id = ''] = snapshotIdsOf(image)
    Object.assign(recordOf(id).snapshot, { CompletionTime: sandbox.world.clock.now() })
    recordOf(id).lock = lock(sandbox.world.clock.now())
    expect(await codeOf(image.ImageId)).toEqual(['client-error'])
    expect(await goneOf(id)).toBe('there')
    await expect(imageOf(clients, image.ImageId)).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
  })

  test('success, if its lock has expired', async () => {
    const image = own()
    const [id = ''] = snapshotIdsOf(image)
    const longAgo = new Date('2020-01-01T00:00:00Z')
    Object.assign(recordOf(id).snapshot, { CompletionTime: longAgo })
    recordOf(id).lock = lock(longAgo)
    expect(await codeOf(image.ImageId)).toEqual(['success'])
  })

  test('one code for each snapshot, though it is mapped twice', async () => {
    const [twice, once] = [addSnapshot(sandbox, clients.account), addSnapshot(sandbox, clients.account)]
    const BlockDeviceMappings = [twice, twice, once].map((SnapshotId, i) => ({
      DeviceName: `/dev/sd${'fgh'[i]}`,
      Ebs: { SnapshotId }
    }))
    const answer = await deregister({ ImageId: own({ BlockDeviceMappings }).ImageId, DeleteAssociatedSnapshots: true })
    expect(answer.DeleteSnapshotResults).toEqual([
      { SnapshotId: twice, ReturnCode: 'success' },
      { SnapshotId: once, ReturnCode: 'success' }
    ])
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html (instance store-backed AMIs)
  test('nothing for an instance-store-backed image', async () => {
    const image = own({ RootDeviceType: 'instance-store', BlockDeviceMappings: [] })
    expect(await codeOf(image.ImageId)).toEqual([])
  })
})

// https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin.html
test('what a retention rule matches goes to the Recycle Bin, each by the rules of its kind', async () => {
  const region = sandbox.world.region('us-east-1', clients.account)
  const rule = (ResourceType: RetainedType): RetentionRule => ({
    Identifier: ResourceType,
    RuleArn: `arn:aws:rbin:us-east-1:${clients.account}:rule/${ResourceType}`,
    ResourceType,
    RetentionPeriod: { RetentionPeriodValue: 7, RetentionPeriodUnit: 'DAYS' },
    ResourceTags: [],
    ExcludeResourceTags: [{ ResourceTagKey: 'stays-out' }],
    Status: 'available'
  })
  for (const type of ['EC2_IMAGE', 'EBS_SNAPSHOT'] as const) {
    region.retentionRules.set(`${clients.account}/${type}`, {
      ownerId: clients.account,
      tags: new Map(),
      rule: rule(type)
    })
  }
  const kept = own()
  const excluded = own({ tags: { 'stays-out': '' } })
  for (const { ImageId } of [kept, excluded]) {
    expect(await deregister({ ImageId, DeleteAssociatedSnapshots: true })).toMatchObject({
      DeleteSnapshotResults: [{ ReturnCode: 'success' }]
    })
    expect(region.images.has(ImageId)).toBe(false)
  }
  expect([...region.recycledImages.keys()]).toEqual([kept.ImageId])
  expect([...region.recycledSnapshots.keys()]).toEqual([...snapshotIdsOf(kept), ...snapshotIdsOf(excluded)])
})
