import {
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  type Filter,
  type LocationType
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { clientsFor, serve, served } from '../../support/sandbox.ts'
import { seeder } from './fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

describe('DescribeInstanceTypes', () => {
  test('answers what is asked of a type', async () => {
    const { ec2 } = clientsFor(sandbox.url)
    const { InstanceTypes } = await ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ['c7g.large'] }))
    expect(InstanceTypes).toMatchObject([
      {
        InstanceType: 'c7g.large',
        ProcessorInfo: { SupportedArchitectures: ['arm64'] },
        VCpuInfo: { DefaultVCpus: 2 },
        MemoryInfo: { SizeInMiB: 4096 },
        Hypervisor: 'nitro'
      }
    ])
  })

  test('filters by architecture', async () => {
    const { ec2 } = clientsFor(sandbox.url)
    const Filters: Filter[] = [{ Name: 'processor-info.supported-architecture', Values: ['arm64'] }]
    const { InstanceTypes = [] } = await ec2.send(new DescribeInstanceTypesCommand({ Filters }))
    const families = new Set(InstanceTypes.map(({ InstanceType }) => InstanceType?.split('.')[0]))
    expect(families).toEqual(new Set(['c7g', 'm6g', 'm7g', 't4g']))
  })

  test('refuses a type that does not exist', async () => {
    const { ec2 } = clientsFor(sandbox.url)
    const command = new DescribeInstanceTypesCommand({ InstanceTypes: ['t9.huge' as 't3.micro'] })
    const message = 'The following supplied instance types do not exist: [t9.huge]'
    await expect(ec2.send(command)).rejects.toMatchObject({ name: 'InvalidInstanceType', message })
  })
})

describe('DescribeInstanceTypeOfferings', () => {
  test.each([
    ['region', ['us-west-1']],
    ['availability-zone', ['us-west-1a', 'us-west-1c']],
    ['availability-zone-id', ['us-west-1-az1', 'us-west-1-az2']]
  ] as [LocationType, string[]][])('names each %s where a type can be launched', async (LocationType, locations) => {
    const { ec2 } = clientsFor(sandbox.url, undefined, 'us-west-1')
    const Filters = [{ Name: 'instance-type', Values: ['t3.micro'] }]
    const answer = await ec2.send(new DescribeInstanceTypeOfferingsCommand({ LocationType, Filters }))
    expect(answer.InstanceTypeOfferings?.map(({ Location }) => Location)).toEqual(locations)
  })
})
