import { paginateDescribeInstances } from '@aws-sdk/client-ec2'
import { collect, type Source } from './source.ts'

const STANDING = ['pending', 'running', 'stopping', 'stopped', 'shutting-down']

/**
 * Instances, those of warm pools and those that services of AWS manage among them; the latter are hidden by default.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html (IncludeManagedResources)
 */
export const INSTANCES: Source = {
  name: 'instances',
  read: async ({ clients }) => {
    const Filters = [{ Name: 'instance-state-name', Values: STANDING }]
    const pages = paginateDescribeInstances(
      { client: clients.ec2, pageSize: 1000 },
      { Filters, IncludeManagedResources: true }
    )
    const reservations = await collect(pages, page => page.Reservations)
    return reservations
      .flatMap(({ Instances = [] }) => Instances)
      .flatMap(({ ImageId: imageId, InstanceId: id }) => (imageId ? [{ imageId, by: `the instance ${id}` }] : []))
  }
}
