import { paginateDescribeLaunchConfigurations } from '@aws-sdk/client-auto-scaling'
import { collect, type Source } from './source.ts'
import { usesOf } from './specs.ts'

/** Launch configurations, attached or not. */
export const LAUNCH_CONFIGURATIONS: Source = {
  name: 'launch-configurations',
  read: async reading => {
    const pages = paginateDescribeLaunchConfigurations({ client: reading.clients.autoscaling, pageSize: 100 }, {})
    const found = await collect(pages, page => page.LaunchConfigurations)
    const specs = found.map(({ LaunchConfigurationName: name, ImageId: image }) => ({
      by: `the launch configuration ${name}`,
      image
    }))
    return usesOf(reading, specs)
  }
}
