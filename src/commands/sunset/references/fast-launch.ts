import { paginateDescribeFastLaunchImages } from '@aws-sdk/client-ec2'
import { collect, type Source } from './source.ts'

/** Windows images that EC2 keeps snapshots ready of. */
export const FAST_LAUNCH: Source = {
  name: 'fast-launch',
  read: async ({ clients }) => {
    const pages = paginateDescribeFastLaunchImages({ client: clients.ec2, pageSize: 200 }, {})
    const found = await collect(pages, page => page.FastLaunchImages)
    return found.flatMap(({ ImageId: imageId }) => (imageId ? [{ imageId, by: 'fast launch, which is enabled' }] : []))
  }
}
