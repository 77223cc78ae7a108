import { expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { clientsFor, newAccount, serve, served } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { launch } from '../make.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

test('an image can be launched by the accounts that it is shared with, and by no other', async () => {
  const [friend, stranger] = [newAccount(), newAccount()]
  const image = sandbox.world.region('us-east-1', friend).images.get(IMAGES.foreign)
  image?.launchPermissions.push({ UserId: friend })
  const launched = await launch(clientsFor(sandbox.url, friend), { ImageId: IMAGES.foreign })
  expect(launched).toMatchObject({ ImageId: IMAGES.foreign })
  const refused = launch(clientsFor(sandbox.url, stranger), { ImageId: IMAGES.foreign })
  await expect(refused).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
})
