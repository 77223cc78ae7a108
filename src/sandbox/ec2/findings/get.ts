import type { GetImageFindingsRequest, GetImageFindingsResult } from '@aws-sdk/client-ec2'
import { missingParameter } from '../../errors.ts'
import type { Handler, Handlers } from '../../handler.ts'
import { paginate } from '../../world/pages.ts'
import { stopDryRun } from '../dryrun.ts'
import { canUseImage } from '../image-access.ts'
import { find } from '../lookup.ts'

const MOST_PATHS = 10

/**
 * Lists what Amazon Inspector found in an image that the caller can use, as `/_sandbox/seed` was given it. An image that
 * was never scanned has no findings either: only the ScanResults of DescribeImages tell it from a clean one.
 *
 * @lacks scans of the sandbox's own
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetImageFindings.html
 */
const getImageFindings: Handler<GetImageFindingsRequest, GetImageFindingsResult> = (input, call) => {
  if (!input.ImageId) throw missingParameter('ImageId')
  const { region } = call
  const { image } = find('image', input.ImageId, region.images, record => canUseImage(record, call))
  const { page, NextToken } = paginate(region.imageFindings.get(image.ImageId) ?? [], input)
  stopDryRun(input)
  const ImageFindings = page.map(({ Paths: paths, ...finding }) => ({
    ...finding,
    ...(paths && { Paths: paths.slice(0, MOST_PATHS) })
  }))
  return { ImageFindings, ...(NextToken && { NextToken }) }
}

export const findingsHandlers = { GetImageFindings: getImageFindings } satisfies Handlers
