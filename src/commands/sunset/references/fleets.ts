import { type FleetData, paginateDescribeFleets } from '@aws-sdk/client-ec2'
import { collect, type Source } from './source.ts'
import { type Spec, usesOf } from './specs.ts'

const ALIVE = ['submitted', 'active', 'modifying']

/** Fleets that launch again by themselves; of those of type `instant` the instances tell. */
export const FLEETS: Source = {
  name: 'fleets',
  read: async reading => {
    const Filters = [{ Name: 'fleet-state', Values: ALIVE }]
    const pages = paginateDescribeFleets({ client: reading.clients.ec2, pageSize: 1000 }, { Filters })
    return usesOf(reading, (await collect(pages, page => page.Fleets)).flatMap(specsOf))
  }
}

function specsOf({ FleetId: id, LaunchTemplateConfigs: configs = [] }: FleetData): Spec[] {
  const by = `the fleet ${id}`
  return configs.flatMap(({ LaunchTemplateSpecification: template, Overrides: overrides = [] }) => [
    { by, template },
    ...overrides.map(({ ImageId: image }) => ({ by, image }))
  ])
}
