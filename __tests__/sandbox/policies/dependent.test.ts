import {
  AssociateIamInstanceProfileCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  type RunInstancesCommandInput
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { serve, served, useClients } from '../../support/sandbox.ts'
import { imageFor, snapshotFor } from '../ec2/copy/parts.ts'
import { seeder } from '../ec2/fixture.ts'
import { launch, settle, snapshotOf } from '../ec2/make.ts'
import { ask } from '../server/control-client.ts'
import { allow, outcomeOf, restrict, userOf } from './fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)
beforeEach(async () => {
  await ask(sandbox, 'DELETE', 'policies')
})

const restrictMe = (...statements: object[]) => restrict(sandbox, userOf(clients.account), ...statements)
const run = (change: Partial<RunInstancesCommandInput> = {}) => outcomeOf(launch(clients, change))

// What a request needs beside its own action, each with the document that says so.
describe('dependent actions', () => {
  const profile = { IamInstanceProfile: { Name: 'agent' } }

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
  test('iam:PassRole for the role of an instance profile, to EC2', async () => {
    const role = `arn:aws:iam::${clients.account}:role/agent`
    await restrictMe(allow('ec2:*'))
    expect(await run()).toBe('ok')
    expect(await run(profile)).toBe(`iam:PassRole on ${role}`)
    const passTo = (service: string) => ({
      Resource: role,
      Condition: { StringEquals: { 'iam:PassedToService': service } }
    })
    await restrictMe(allow('iam:PassRole', passTo('lambda.amazonaws.com')))
    expect(await run(profile)).toBe(`iam:PassRole on ${role}`)
    await restrictMe(allow('iam:PassRole', passTo('ec2.amazonaws.com')))
    expect(await run(profile)).toBe('ok')
  })

  test('iam:PassRole for a profile that is associated later', async () => {
    const { InstanceId = '' } = await launch(clients)
    await settle(sandbox)
    await restrictMe(allow('ec2:*'))
    const command = new AssociateIamInstanceProfileCommand({ InstanceId, ...profile })
    expect(await outcomeOf(clients.ec2.send(command))).toBe(
      `iam:PassRole on arn:aws:iam::${clients.account}:role/agent`
    )
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-systems-manager-parameter-to-find-AMI.html
  test('ssm:GetParameters for an image that a parameter names', async () => {
    await restrictMe(allow('ec2:*'))
    const parameter = `arn:aws:ssm:us-east-1:${clients.account}:parameter/ami/base`
    expect(await run({ ImageId: 'resolve:ssm:/ami/base:3' })).toBe(`ssm:GetParameters on ${parameter}`)
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshotReturnCode.html
  test('ec2:DeleteSnapshot for DeleteAssociatedSnapshots: without it the image goes, the snapshot stays', async () => {
    const SnapshotId = await snapshotFor(sandbox, clients)
    const ImageId = await imageFor(sandbox, clients, [SnapshotId])
    await restrictMe(allow(['ec2:Describe*', 'ec2:DeregisterImage']))
    const deregister = new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true })
    expect(await clients.ec2.send(deregister)).toMatchObject({
      DeleteSnapshotResults: [{ SnapshotId, ReturnCode: 'missing-permissions' }]
    })
    expect(await snapshotOf(clients, SnapshotId)).toBeDefined()
    expect(await outcomeOf(clients.ec2.send(new DeleteSnapshotCommand({ SnapshotId })))).toBe(
      `ec2:DeleteSnapshot on arn:aws:ec2:us-east-1::snapshot/${SnapshotId}`
    )
  })
})
