import { canUseImage } from '../ec2/image-access.ts'
import { ServiceError } from '../errors.ts'
import type { Call } from '../handler.ts'
import type { PendingParameter } from '../world/records.ts'
import type { Region } from '../world/region.ts'
import type { Transition } from '../world/transition.ts'
import type { World } from '../world/world.ts'
import { addVersion } from './versions.ts'

interface PendingName {
  readonly region: string
  /** `account/parameter name`. */
  readonly key: string
  /** When it was put. */
  readonly at: Date
}

/**
 * Ends the validation of a parameter that holds an image: the version is made where the image is available to the
 * account and its maker may describe images, else nothing changes, and nothing says so.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-ec2-aliases.html
 */
const validatingImage: Transition<PendingName> = {
  name: 'validate the image of a parameter',
  act: (world, { region: name, key }) => {
    const region = world.usedRegion(name)
    const pending = region?.pendingParameters.get(key)
    if (!region || !pending || !isAvailable(pending, region, world)) return
    region.pendingParameters.delete(key)
    addVersion(pending, region, world)
  }
}

/** Lets a parameter be put again whose image could not be used. */
const forgettingPending: Transition<PendingName> = {
  name: 'forget an image parameter that failed',
  act: (world, { region, key, at }) => {
    const pending = world.usedRegion(region)?.pendingParameters
    if (pending?.get(key)?.version.parameter.LastModifiedDate?.getTime() === at.getTime()) pending.delete(key)
  }
}

function isAvailable({ ownerId, version, mayDescribe }: PendingParameter, region: Region, world: World): boolean {
  const image = region.images.get(version.parameter.Value ?? '')
  if (!image || !mayDescribe || image.image.State !== 'available') return false
  return canUseImage(image, { account: ownerId, region, world })
}

/** Puts a version off until its image has been looked for. */
export function validateLater(
  { version, tags }: Pick<PendingParameter, 'version' | 'tags'>,
  { region, world, account, now, mayOn }: Call
): void {
  const key = `${account}/${version.parameter.Name}`
  const mayDescribe = mayOn?.('ec2:DescribeImages', version.parameter.Value ?? '') ?? true
  region.pendingParameters.set(key, { ownerId: account, version, tags, mayDescribe })
  const attempt = { region: region.name, key, at: now }
  world.after('imageParameter', validatingImage, attempt)
  world.after('imageParameterRetry', forgettingPending, attempt)
}

/** Refuses another version while the last one is being validated. Errors: TooManyUpdates. */
export function checkPending(name: string, { region, account }: Call): void {
  if (!region.pendingParameters.has(`${account}/${name}`)) return
  throw new ServiceError('TooManyUpdates', `The validation of the parameter ${name} is still in process.`)
}

export const imageParameterTransitions = [validatingImage, forgettingPending] as const
