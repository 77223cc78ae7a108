import { DescribeImageAttributeCommand } from '@aws-sdk/client-ec2'
import { expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, clientsFor, serve, served } from '../../../support/sandbox.ts'
import { seeder } from '../fixture.ts'
import { imageOf, launch } from '../make.ts'
import { addImage } from './own.ts'

const HOUR_SECONDS = 3600

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-last-launched-time.html
test('an image tells a day later when it was last launched', async () => {
  const clients = clientsFor(sandbox.url)
  const { ImageId } = addImage(sandbox, clients.account).image
  const shown = async () => (await imageOf(clients, ImageId))?.LastLaunchedTime
  const first = (await launch(clients, { ImageId })).LaunchTime?.toISOString()
  await advance(sandbox, 23 * HOUR_SECONDS)
  expect(await shown()).toBeUndefined()
  const second = (await launch(clients, { ImageId })).LaunchTime?.toISOString()
  await advance(sandbox, HOUR_SECONDS)
  expect(await shown()).toBe(first)
  await advance(sandbox, 23 * HOUR_SECONDS)
  expect(await shown()).toBe(second)
  const request = { ImageId, Attribute: 'lastLaunchedTime' as const }
  const { LastLaunchedTime } = await clients.ec2.send(new DescribeImageAttributeCommand(request))
  expect(LastLaunchedTime).toEqual({ Value: second })
})
