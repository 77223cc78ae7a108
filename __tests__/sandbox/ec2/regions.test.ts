import { DescribeRegionsCommand } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { serve, served, useClients } from '../../support/sandbox.ts'
import { seeder } from './fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html (AllRegions)
describe('regions', () => {
  const list = async (AllRegions: boolean) =>
    (await clients.ec2.send(new DescribeRegionsCommand({ AllRegions }))).Regions

  test('that need no opting in are those of an account', async () => {
    const found = await list(false)
    expect(found).toHaveLength(17)
    expect(new Set(found?.map(({ OptInStatus }) => OptInStatus))).toEqual(new Set(['opt-in-not-required']))
  })

  test('that it has not opted into are shown where all are asked for', async () => {
    expect((await list(true))?.find(({ RegionName }) => RegionName === 'af-south-1')).toMatchObject({
      OptInStatus: 'not-opted-in'
    })
  })
})
