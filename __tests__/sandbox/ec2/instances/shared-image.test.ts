import { RunInstancesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { clientsFor, newAccount, type RunningSandbox, serve } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await serve({ guests: new HandGuests(), seeder })
})
afterAll(() => sandbox.stop())

test('an image can be launched by the accounts that it is shared with, and by no other', async () => {
  const [friend, stranger] = [newAccount(), newAccount()]
  const image = sandbox.world.region('us-east-1', friend).images.get(IMAGES.foreign)
  image?.launchPermissions.push({ UserId: friend })
  const request = { ImageId: IMAGES.foreign, InstanceType: 't3.micro' as const, MinCount: 1, MaxCount: 1 }
  const { Instances } = await clientsFor(sandbox.url, friend).ec2.send(new RunInstancesCommand(request))
  expect(Instances).toHaveLength(1)
  const refused = clientsFor(sandbox.url, stranger).ec2.send(new RunInstancesCommand(request))
  await expect(refused).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
})
