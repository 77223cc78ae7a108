import { DescribeRegionsCommand } from '@aws-sdk/client-ec2'
import type { Aws } from '../aws/aws.ts'
import { AmiError, throwProblems } from '../errors.ts'
import type { Place } from './place.ts'

/**
 * Makes sure that the account can use the regions of these places. Errors: INPUT, all in one.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
 */
export async function checkRegions(aws: Aws, places: readonly Place[]): Promise<void> {
  const { ec2 } = aws.in(aws.run.inputs.awsRegion)
  const { Regions: regions = [] } = await ec2.send(new DescribeRegionsCommand({ AllRegions: true }))
  const status = new Map(regions.map(({ RegionName: name, OptInStatus: optIn }) => [name, optIn]))
  throwProblems(
    places.flatMap(({ region }) => {
      const found = status.get(region)
      if (found === undefined) return [new AmiError('INPUT', `Expected a region of AWS, found ${region}`)]
      if (found !== 'not-opted-in') return []
      const hint = 'Enable the region in the account, or leave it out.'
      return [new AmiError('INPUT', `Expected a region that is enabled in the account, found ${region}`, { hint })]
    })
  )
}
