import { paginateDescribeSpotInstanceRequests } from '@aws-sdk/client-ec2'
import { collect, type Source } from './source.ts'
import { usesOf } from './specs.ts'

/** Spot requests that wait for capacity, or launch again what was interrupted. */
export const SPOT_REQUESTS: Source = {
  name: 'spot-requests',
  read: async reading => {
    const Filters = [{ Name: 'state', Values: ['open', 'active', 'disabled'] }]
    const pages = paginateDescribeSpotInstanceRequests({ client: reading.clients.ec2, pageSize: 1000 }, { Filters })
    const found = await collect(pages, page => page.SpotInstanceRequests)
    const specs = found.map(({ SpotInstanceRequestId: id, LaunchSpecification: launch }) => ({
      by: `the spot request ${id}`,
      image: launch?.ImageId
    }))
    return usesOf(reading, specs)
  }
}
