import { paginateDescribeImages } from '@aws-sdk/client-ec2'
import { toFamilyImage } from '../../../image/family-image.ts'
import { TAGS } from '../../../image/tags.ts'
import { collect, type Source } from './source.ts'

/** Images of any family that were baked from another one, as long as they are not on their way out themselves. */
export const BAKED_IMAGES: Source = {
  name: 'baked-images',
  read: async ({ clients }) => {
    const Filters = [{ Name: 'tag-key', Values: [TAGS.base] }]
    const request = { Owners: ['self'], Filters, IncludeDeprecated: false }
    const pages = paginateDescribeImages({ client: clients.ec2, pageSize: 500 }, request)
    const images = await collect(pages, page => page.Images)
    return images
      .filter(({ DeprecationTime: deprecated }) => deprecated === undefined)
      .map(toFamilyImage)
      .flatMap(({ imageId, tags }) => [{ imageId: tags[TAGS.base] ?? '', by: `the image ${imageId}, baked from it` }])
  }
}
