import type { BlockDeviceMapping, CopyImageRequest, CopyImageResult, Image } from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { refuseUnmodelled } from '../../unmodelled.ts'
import type { ImageRecord, SnapshotRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { checkCompletionDuration } from '../snapshots/copy-duration.ts'
import { checkKeyNeedsEncryption, copyKey } from '../snapshots/copy-encryption.ts'
import { type CopySource, makeCopy, secondsOf } from '../snapshots/make-copy.ts'
import { tagsFor } from '../tags.ts'
import { once } from '../tokens.ts'
import { checkingCopiedImage } from './check-copy.ts'
import { completingImage } from './complete.ts'
import { findImageSource, type ImageSource } from './copy-source.ts'
import { copiedTags } from './copy-tags.ts'
import { checkImageName } from './image-name.ts'
import { makeImage } from './make-image.ts'

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ami-copy-works.html (limitations) */
const MAX_CONCURRENT = 300

/**
 * Copies an image, of the caller's own or shared with it, from any region into this one, and each of its snapshots with
 * one key for all. Launch permissions, deprecation and deregistration protection do not go with it. Keys are checked
 * only afterwards: without them the image ends in `failed`.
 *
 * @lacks Local Zones and Outposts, buckets of instance-store-backed images
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html
 */
const copyImage: Handler<CopyImageRequest, CopyImageResult> = (input, call) => ({
  // Within: the second of two equal requests finds its own name taken.
  ImageId: once('CopyImage', input, call, () => copyOnce(input, call))
})

function copyOnce(input: CopyImageRequest, call: Call): string {
  const { Name, SnapshotCopyCompletionDurationMinutes: withinMinutes } = input
  if (!Name) throw missingParameter('Name')
  refuseUnmodelled(input, ['DestinationOutpostArn', 'DestinationAvailabilityZone', 'DestinationAvailabilityZoneId'])
  checkImageName(Name, call)
  const source = findImageSource(input, call)
  checkKeyNeedsEncryption(input)
  checkInstanceStore(input, source.record)
  checkCompletionDuration('SnapshotCopyCompletionDurationMinutes', withinMinutes)
  const keys = new Map([...source.snapshots].map(([id, { record }]) => [id, copyKey(input, record, call)]))
  const tags = copiedTags(input, source.record, call)
  const snapshotTags = tagsFor('snapshot', input.TagSpecifications, ['image', 'snapshot'])
  checkQuota(call)
  stopDryRun(input)
  const image = makeImage({ tags, uefiData: source.record.uefiData, image: describeCopy(Name, input, source) }, call)
  const copies = [...source.snapshots].map(([id, from]) => {
    const description = describeSnapshot(image, source.record, from, call)
    const { ImageId: imageId } = image.image
    const plan = { description, tags: snapshotTags, key: keys.get(id), withinMinutes, imageId }
    return { id, from, copy: makeCopy(from, plan, call) }
  })
  image.image.BlockDeviceMappings = mapDevices(source.record.image, new Map(copies.map(({ id, copy }) => [id, copy])))
  schedule(image, copies, call)
  return image.image.ImageId
}

/** Without snapshots there is nothing that a copy could encrypt. */
function checkInstanceStore({ Encrypted }: CopyImageRequest, { image }: ImageRecord): void {
  if (image.RootDeviceType !== 'instance-store' || !Encrypted) return
  const sentence = 'The parameter Encrypted cannot be used with an instance-store-backed image'
  throw new ServiceError('InvalidParameterCombination', sentence)
}

function checkQuota({ region, account }: Call): void {
  const underWay = [...region.images.values()].filter(
    ({ ownerId, image }) =>
      ownerId === account && image.State === 'pending' && image.SourceImageId && !image.SourceInstanceId
  )
  if (underWay.length < MAX_CONCURRENT) return
  const sentence = `Too many AMI copies in progress. The limit is ${MAX_CONCURRENT} for this destination region.`
  throw new ServiceError('ResourceLimitExceeded', sentence)
}

/** What a copy has of its source: all that decides how it boots and what it costs. */
function describeCopy(
  Name: string,
  input: CopyImageRequest,
  { region, record }: ImageSource
): Image & { Name: string } {
  const { image } = record
  return {
    Name,
    Description: input.Description ?? `[Copied ${image.ImageId} from ${region.name}] ${image.Name}`,
    SourceImageId: image.ImageId,
    SourceImageRegion: region.name,
    Architecture: image.Architecture,
    BootMode: image.BootMode,
    EnaSupport: image.EnaSupport,
    Hypervisor: image.Hypervisor,
    ImageType: image.ImageType,
    ImageWatermarks: image.ImageWatermarks,
    ImdsSupport: image.ImdsSupport,
    Platform: image.Platform,
    PlatformDetails: image.PlatformDetails,
    ProductCodes: image.ProductCodes,
    RootDeviceName: image.RootDeviceName,
    RootDeviceType: image.RootDeviceType,
    SriovNetSupport: image.SriovNetSupport,
    TpmSupport: image.TpmSupport,
    UsageOperation: image.UsageOperation,
    VirtualizationType: image.VirtualizationType
  }
}

/** The form that tools look for which delete snapshots of images that are gone. */
function describeSnapshot({ image }: ImageRecord, source: ImageRecord, { record }: CopySource, { now }: Call): string {
  const task = now.getTime().toLocaleString('en-US')
  return `Copied for DestinationAmi ${image.ImageId} from SourceAmi ${source.image.ImageId} for SourceSnapshot ${record.snapshot.SnapshotId}. Task created on ${task}.`
}

function mapDevices({ BlockDeviceMappings }: Image, copies: ReadonlyMap<string, SnapshotRecord>): BlockDeviceMapping[] {
  return (BlockDeviceMappings ?? []).map(mapping => {
    const { snapshot } = copies.get(mapping.Ebs?.SnapshotId ?? '') ?? {}
    if (!snapshot) return { ...mapping }
    const { SnapshotId, Encrypted } = snapshot
    return { ...mapping, Ebs: { ...mapping.Ebs, SnapshotId, Encrypted } }
  })
}

/** The image is complete when the last of its snapshots is; an image of instance store takes as long as a small copy. */
function schedule({ image }: ImageRecord, copies: readonly { from: CopySource; copy: SnapshotRecord }[], call: Call) {
  const name = { region: call.region.name, imageId: image.ImageId }
  const seconds = copies.map(({ from, copy }) => secondsOf(from, copy, call.region))
  call.world.after('copyCheck', checkingCopiedImage, name)
  const completesAt = call.world.after(Math.max(60, ...seconds), completingImage, name)
  for (const { copy } of copies) copy.completesAt = completesAt
}

export const copyImageHandlers = { CopyImage: copyImage } satisfies Handlers
