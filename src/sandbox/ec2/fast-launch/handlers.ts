import type {
  DescribeFastLaunchImagesRequest,
  DescribeFastLaunchImagesResult,
  DisableFastLaunchRequest,
  DisableFastLaunchResult,
  EnableFastLaunchRequest,
  EnableFastLaunchResult
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { compileFilters } from '../../world/filters.ts'
import { checkId } from '../../world/ids.ts'
import { paginate } from '../../world/pages.ts'
import type { ImageRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { canUseImage } from '../image-access.ts'
import { find } from '../lookup.ts'
import { begin } from './life.ts'
import { readConfiguration } from './read-request.ts'
import { type FastLaunchRecord, keyOf } from './record.ts'

/**
 * Enables fast launch of a Windows image that the caller may use, or changes its configuration: it is enabling until the
 * snapshots asked for are there, in the caller's account. They are not the image's: deregistering it leaves them, and
 * fast launch, as they are.
 *
 * @lacks the instances that prepare the snapshots, launches that use one up, encryption with another key than the image's
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableFastLaunch.html
 */
const enableFastLaunch: Handler<EnableFastLaunchRequest, EnableFastLaunchResult> = (input, call) => {
  const { ownerId, image } = findWindowsImage(input.ImageId, call)
  const configuration = readConfiguration(input, call)
  const { region, account, world } = call
  checkSettled(region.fastLaunches.get(keyOf(image.ImageId, account)))
  stopDryRun(input)
  // Whose a shared image is, EC2 does not say here.
  const OwnerId = ownerId === account ? account : undefined
  const item = { ImageId: image.ImageId, OwnerId, ...configuration }
  const record: FastLaunchRecord = { ownerId: account, tags: new Map(), item }
  begin(record, 'enabling', region, world)
  return record.item
}

/**
 * Disables fast launch: it is disabling until its snapshots are gone, and then no longer listed.
 *
 * @lacks what Force is for, a clean-up that fails
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableFastLaunch.html
 */
const disableFastLaunch: Handler<DisableFastLaunchRequest, DisableFastLaunchResult> = (input, call) => {
  const { region, account, world } = call
  if (!input.ImageId) throw missingParameter('ImageId')
  checkId('image', input.ImageId)
  const record = region.fastLaunches.get(keyOf(input.ImageId, account))
  if (!record) {
    const { image } = findWindowsImage(input.ImageId, call)
    throw invalidValue('ImageId', image.ImageId, 'an image with fast launch enabled')
  }
  checkSettled(record)
  stopDryRun(input)
  begin(record, 'disabling', region, world)
  return record.item
}

/**
 * Lists the images that the caller has enabled fast launch for; an image without it is no error.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFastLaunchImages.html
 */
const describeFastLaunchImages: Handler<DescribeFastLaunchImagesRequest, DescribeFastLaunchImagesResult> = (
  input,
  { region, account }
) => {
  const { ImageIds: ids = [] } = input
  for (const id of ids) checkId('image', id)
  const passes = compileFilters<FastLaunchRecord>(input.Filters, {
    'resource-type': ({ item }) => item.ResourceType,
    'owner-id': ({ item }) => item.OwnerId,
    state: ({ item }) => item.State
  })
  const isAsked = ({ ownerId, item }: FastLaunchRecord) =>
    ownerId === account && (ids.length === 0 || ids.includes(item.ImageId))
  const found = [...region.fastLaunches.values()].filter(record => isAsked(record) && passes(record))
  const { page, NextToken } = paginate(found, input, { max: 200 })
  stopDryRun(input)
  return { FastLaunchImages: page.map(({ item }) => item), ...(NextToken && { NextToken }) }
}

/** Errors: MissingParameter, InvalidAMIID.*, InvalidParameterValue for what is not Windows. */
function findWindowsImage(id: string | undefined, call: Call): ImageRecord {
  if (!id) throw missingParameter('ImageId')
  const record = find('image', id, call.region.images, image => canUseImage(image, call))
  const { State: state, Platform: platform } = record.image
  if (state !== 'available') {
    throw new ServiceError('InvalidAMIID.Unavailable', `The image ID '${id}' is not available: its state is ${state}`)
  }
  if (platform?.toLowerCase() !== 'windows') throw invalidValue('ImageId', id, 'a Windows AMI')
  return record
}

/** All snapshots must have been removed before fast launch can be enabled again. Errors: IncorrectState. */
function checkSettled(record: FastLaunchRecord | undefined): void {
  if (record?.item.State !== 'disabling') return
  throw new ServiceError('IncorrectState', `Fast launch is being disabled for the image '${record.item.ImageId}'`)
}

export const fastLaunchHandlers = {
  EnableFastLaunch: enableFastLaunch,
  DisableFastLaunch: disableFastLaunch,
  DescribeFastLaunchImages: describeFastLaunchImages
} satisfies Handlers
