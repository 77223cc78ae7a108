import { DescribeImageAttributeCommand, type Image, type RegisterImageRequest } from '@aws-sdk/client-ec2'
import type { Aws } from '../../aws/aws.ts'
import { serviceErrorName } from '../../aws/failure.ts'
import { CLIENT_TOKEN_PREFIX } from '../../image/client-token.ts'
import { toFamilyImage } from '../../image/family-image.ts'
import { billingOf, findLostBilling } from '../billing.ts'
import { NewImage } from '../new-image.ts'
import { whenShared } from '../room.ts'
import { discardImage } from '../sweep-images.ts'
import { CopiedSnapshots } from './copied-snapshots.ts'
import type { Source } from './facts.ts'
import type { CopyOrder } from './order.ts'
import type { TargetPlan } from './plan.ts'
import { findWrongKeys } from './read-back.ts'

/** Does what is planned for one place. Result: the id of the image there. Errors: EC2, TIMEOUT, KEY. */
export async function deliver(home: Aws, order: CopyOrder, source: Source, plan: TargetPlan): Promise<string> {
  const { action, place } = plan
  const aws = home.as(place.account)
  if (action.kind === 'keep') return action.imageId
  for (const image of plan.discard) await discardImage(aws.in(plan.region), toFamilyImage(image), aws.run.log)
  await using image = new NewImage(aws, plan)
  if (action.kind === 'finish') await image.takeUp(action.imageId)
  if (action.kind === 'copy-image') await copyImage(aws, order, source, plan, image)
  if (action.kind === 'copy-snapshots') {
    const uefiData = await readUefiData(home, source)
    await registerCopies(aws, order, source, plan, image, uefiData)
  }
  const available = await image.awaitAvailable(aws.run.inputs.timeoutSeconds)
  const lost = findLostBilling(billingOf(source.image), available)
  if (lost) throw image.reject(lost)
  if (source.image.ImdsSupport && available.ImdsSupport !== source.image.ImdsSupport)
    await image.modify({ ImdsSupport: { Value: source.image.ImdsSupport } })
  await image.finish(available, [], snapshots => findWrongKeys(plan, available, snapshots))
  return image.imageId
}

async function copyImage(aws: Aws, order: CopyOrder, source: Source, plan: TargetPlan, image: NewImage): Promise<void> {
  const { action } = plan
  if (action.kind !== 'copy-image') return
  const request = {
    SourceImageId: source.image.ImageId,
    SourceRegion: source.region,
    ClientToken: `${CLIENT_TOKEN_PREFIX}${crypto.randomUUID()}`,
    ...(action.encrypted && { Encrypted: true }),
    ...(action.key && { KmsKeyId: action.key }),
    ...(order.completionMinutes && { SnapshotCopyCompletionDurationMinutes: order.completionMinutes })
  }
  const send = () => image.copy(request, aws.run.inputs.timeoutSeconds)
  await (plan.place.account ? whenShared(aws, `${source.image.ImageId} to be shared`, send) : send())
}

async function registerCopies(
  aws: Aws,
  { completionMinutes }: CopyOrder,
  source: Source,
  plan: TargetPlan,
  image: NewImage,
  uefiData: string | undefined
): Promise<void> {
  const settings = { sourceRegion: source.region, ...(completionMinutes && { completionMinutes }) }
  await using snapshots = new CopiedSnapshots(aws, plan, settings)
  await (plan.place.account
    ? whenShared(aws, `the snapshots of ${source.image.ImageId} to be shared`, () => snapshots.copy())
    : snapshots.copy())
  await image.register({
    ...toRegistration(plan, source.image, snapshots.ids),
    ...(uefiData && { UefiData: uefiData })
  })
  snapshots.markRegistered()
}

/** Only the owner may read it; most images have none. */
async function readUefiData(aws: Aws, { region, image, isOwn }: Source): Promise<string | undefined> {
  if (!isOwn || !/uefi/.test(image.BootMode ?? '')) return undefined
  const command = new DescribeImageAttributeCommand({ ImageId: image.ImageId, Attribute: 'uefiData' })
  try {
    return (await aws.in(region).ec2.send(command)).UefiData?.Value
  } catch (error) {
    if (serviceErrorName(error) === 'InvalidRequest') return undefined
    throw error
  }
}

/**
 * All that decides how the source boots, with the copied snapshots in its devices.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html
 */
export function toRegistration(
  { imageName, description }: TargetPlan,
  image: Image,
  snapshotOf: ReadonlyMap<string, string>
): RegisterImageRequest {
  const { Architecture, BootMode, EnaSupport, ImdsSupport, RootDeviceName, SriovNetSupport, TpmSupport } = image
  const mappings = (image.BlockDeviceMappings ?? []).map(({ DeviceName = '', VirtualName, Ebs: ebs }) => {
    const SnapshotId = snapshotOf.get(DeviceName)
    if (!ebs || !SnapshotId) return { DeviceName, ...(VirtualName && { VirtualName }) }
    const { Encrypted: _, KmsKeyId: __, ...kept } = ebs
    return { DeviceName, Ebs: { ...kept, SnapshotId } }
  })
  return {
    Name: imageName,
    Description: description,
    VirtualizationType: 'hvm',
    BlockDeviceMappings: mappings,
    ...(Architecture && { Architecture }),
    ...(BootMode && { BootMode }),
    ...(EnaSupport !== undefined && { EnaSupport }),
    ...(ImdsSupport && { ImdsSupport }),
    ...(RootDeviceName && { RootDeviceName }),
    ...(SriovNetSupport && { SriovNetSupport }),
    ...(TpmSupport && { TpmSupport })
  }
}
