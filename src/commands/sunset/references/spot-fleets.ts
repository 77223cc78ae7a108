import { paginateDescribeSpotFleetRequests, type SpotFleetRequestConfig } from '@aws-sdk/client-ec2'
import { collect, type Source } from './source.ts'
import { type Spec, usesOf } from './specs.ts'

const OVER = new Set(['cancelled', 'cancelled_terminating', 'failed'])

/** Spot fleets that may launch again. */
export const SPOT_FLEETS: Source = {
  name: 'spot-fleets',
  read: async reading => {
    const pages = paginateDescribeSpotFleetRequests({ client: reading.clients.ec2, pageSize: 1000 }, {})
    const found = await collect(pages, page => page.SpotFleetRequestConfigs)
    return usesOf(reading, found.filter(({ SpotFleetRequestState: state = '' }) => !OVER.has(state)).flatMap(specsOf))
  }
}

function specsOf({ SpotFleetRequestId: id, SpotFleetRequestConfig: config }: SpotFleetRequestConfig): Spec[] {
  const by = `the spot fleet ${id}`
  return [
    ...(config?.LaunchSpecifications ?? []).map(({ ImageId: image }) => ({ by, image })),
    ...(config?.LaunchTemplateConfigs ?? []).map(({ LaunchTemplateSpecification: template }) => ({ by, template }))
  ]
}
