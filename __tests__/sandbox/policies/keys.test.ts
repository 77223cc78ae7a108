import { DescribeInstancesCommand, StartInstancesCommand } from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { serve, served, useClients } from '../../support/sandbox.ts'
import { copyImage, copySnapshot, createKey, imageFor, snapshotFor } from '../ec2/copy/parts.ts'
import { seeder } from '../ec2/fixture.ts'
import { createVolume, imageOf, launch, launched, settle, snapshotIdsOf, snapshotOf, volumeOf } from '../ec2/make.ts'
import { ask } from '../server/control-client.ts'
import { allow, outcomeOf, restrict, userOf } from './fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)
beforeEach(async () => {
  await ask(sandbox, 'DELETE', 'policies')
})

const restrictMe = (...statements: object[]) => restrict(sandbox, userOf(clients.account), ...statements)

// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html: without the key's permissions EC2
// accepts the request, and what it makes fails later.
describe('permissions for keys', () => {
  const ACTIONS = [
    'kms:DescribeKey',
    'kms:CreateGrant',
    'kms:Decrypt',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:ReEncrypt*'
  ]
  const encrypted = (KmsKeyId: string) => ({
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId } }]
  })

  async function stateOf(id: string | undefined) {
    const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id ?? ''] }))
    const found = Reservations?.[0]?.Instances?.[0]
    return [found?.State?.Name, found?.StateReason?.Code]
  }

  test.each([
    ['of the key', ACTIONS, 'running'],
    ['without kms:CreateGrant', ACTIONS.filter(each => each !== 'kms:CreateGrant'), 'terminated']
  ])('a launch with permissions %s: %j leads to %s', async (_, actions, state) => {
    const key = await createKey(clients)
    await restrictMe(allow('ec2:*'), allow(actions, { Resource: key }))
    const { InstanceId } = await launch(clients, encrypted(key))
    await settle(sandbox)
    expect(await stateOf(InstanceId)).toEqual([state, state === 'running' ? undefined : 'Client.InternalError'])
  })

  test('an instance that was launched by another principal cannot be started without them', async () => {
    const id = await launched(sandbox, clients, 'stopped', encrypted(await createKey(clients)))
    await restrictMe(allow('ec2:*'))
    await clients.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }))
    await settle(sandbox)
    expect(await stateOf(id)).toEqual(['stopped', 'Client.InternalError'])
  })

  test('the AWS-managed key needs none', async () => {
    await restrictMe(allow('ec2:*'))
    const { InstanceId } = await launch(clients, {
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true } }]
    })
    await settle(sandbox)
    expect(await stateOf(InstanceId)).toEqual(['running', undefined])
  })

  test('kms:ViaService and kms:GrantIsForAWSResource hold for what EBS does with a key', async () => {
    const key = await createKey(clients)
    const Condition = { StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } }
    await restrictMe(
      allow('ec2:*'),
      allow(
        ACTIONS.filter(each => each !== 'kms:CreateGrant'),
        { Condition }
      ),
      allow('kms:CreateGrant', { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } })
    )
    const { InstanceId } = await launch(clients, encrypted(key))
    await settle(sandbox)
    expect(await stateOf(InstanceId)).toEqual(['running', undefined])
  })

  test('a copied snapshot ends in error, and an image fails through its own', async () => {
    const KmsKeyId = await createKey(clients)
    const SourceSnapshotId = await snapshotFor(sandbox, clients)
    const SourceImageId = await imageFor(sandbox, clients, [SourceSnapshotId])
    await restrictMe(allow('ec2:*'))
    const snapshot = await copySnapshot(clients, { SourceSnapshotId, Encrypted: true, KmsKeyId })
    const image = await copyImage(clients, { SourceImageId, Encrypted: true, KmsKeyId })
    await settle(sandbox)
    const failed = { State: 'error', StateMessage: 'Given key ID is not accessible' }
    expect(await snapshotOf(clients, snapshot)).toMatchObject(failed)
    const [copied = ''] = snapshotIdsOf(await imageOf(clients, image))
    expect(await imageOf(clients, image)).toMatchObject({ State: 'failed' })
    expect(await snapshotOf(clients, copied)).toMatchObject(failed)
  })

  test('a volume is silently gone', async () => {
    const KmsKeyId = await createKey(clients)
    await restrictMe(allow('ec2:*'))
    const id = await createVolume(clients, { Encrypted: true, KmsKeyId })
    await settle(sandbox)
    expect(await outcomeOf(volumeOf(clients, id))).toBe('InvalidVolume.NotFound')
  })
})
