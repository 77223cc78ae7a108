import type {
  DisableImageBlockPublicAccessRequest,
  DisableImageBlockPublicAccessResult,
  EnableImageBlockPublicAccessRequest,
  EnableImageBlockPublicAccessResult,
  GetImageBlockPublicAccessStateRequest,
  GetImageBlockPublicAccessStateResult
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler } from '../../handler.ts'
import type { Transition } from '../../world/transition.ts'
import { stopDryRun } from '../dryrun.ts'

/**
 * Says whether the account may make images public in this region. New accounts may not, so here none may until it asks.
 *
 * @lacks declarative policies
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-public-access-to-amis.html
 */
export const getImageBlockPublicAccessState: Handler<
  GetImageBlockPublicAccessStateRequest,
  GetImageBlockPublicAccessStateResult
> = (input, call) => {
  stopDryRun(input)
  return { ImageBlockPublicAccessState: stateOf(call), ManagedBy: 'account' }
}

/**
 * Forbids to make images public; those that are public remain so. It takes its time, in which the state is the old one.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageBlockPublicAccess.html
 */
export const enableImageBlockPublicAccess: Handler<
  EnableImageBlockPublicAccessRequest,
  EnableImageBlockPublicAccessResult
> = (input, call) => {
  const { ImageBlockPublicAccessState: asked } = input
  if (!asked) throw missingParameter('ImageBlockPublicAccessState')
  if (asked !== 'block-new-sharing') throw invalidValue('ImageBlockPublicAccessState', asked, 'block-new-sharing')
  stopDryRun(input)
  const { region, world, account, now } = call
  region.imagePublicAccess.set(account, { state: stateOf(call), enabling: now })
  world.after('publicAccess', blockingPublicAccess, { region: region.name, account, since: now })
  return { ImageBlockPublicAccessState: asked }
}

/**
 * Allows to make images public.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImageBlockPublicAccess.html
 */
export const disableImageBlockPublicAccess: Handler<
  DisableImageBlockPublicAccessRequest,
  DisableImageBlockPublicAccessResult
> = (input, { region, account }) => {
  stopDryRun(input)
  region.imagePublicAccess.set(account, { state: 'unblocked' })
  return { ImageBlockPublicAccessState: 'unblocked' }
}

/** Refuses to make an image public where the account forbids it. Errors: OperationNotPermitted. */
export function checkPublicAccess(call: Call): void {
  if (stateOf(call) === 'unblocked') return
  throw new ServiceError(
    'OperationNotPermitted',
    'You can’t publicly share this image because block public access for AMIs is enabled for this account. To publicly share the image, you must call the DisableImageBlockPublicAccess API.'
  )
}

const stateOf = ({ region, account }: Call) => region.imagePublicAccess.get(account)?.state ?? 'block-new-sharing'

export const blockingPublicAccess: Transition<{ region: string; account: string; since: Date }> = {
  name: 'block public access for images',
  act: (world, { region, account, since }) => {
    const access = world.usedRegion(region)?.imagePublicAccess.get(account)
    if (access?.enabling?.getTime() === since.getTime()) Object.assign(access, { state: 'block-new-sharing' })
  }
}
