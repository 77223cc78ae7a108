import {
  DescribeInstancesCommand,
  DescribeVolumesModificationsCommand,
  ModifyVolumeCommand,
  type ModifyVolumeCommandInput,
  type VolumeModification
} from '@aws-sdk/client-ec2'
import type { Aws } from '../../../aws/aws.ts'
import { serviceErrorName } from '../../../aws/failure.ts'
import { type Look, waitFor } from '../../../aws/poller.ts'
import { AmiError } from '../../../errors.ts'
import type { BakePlan } from '../plan/plan.ts'
import { afterBoost } from '../plan/plan-boost.ts'

/** EBS says minutes to hours, but what was asked for holds as soon as it optimizes. */
const MODIFY_SECONDS = 1800

/**
 * Gives the root volume of the stopped builder what the image is to have: an image takes over type, IOPS and throughput of
 * the volumes that it is made from, and CreateImage can't change them. Errors: EC2, TIMEOUT.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/monitoring-volume-modifications.html
 */
export async function endBoost(aws: Aws, plan: BakePlan, instanceId: string): Promise<void> {
  const { boost, region, blockDeviceMappings } = plan
  if (!boost) return
  const volumeId = await findVolume(aws, region, instanceId, boost.device)
  const { iops: Iops, throughputMiBps: Throughput } = afterBoost(blockDeviceMappings, boost)
  await modify(aws, region, { VolumeId: volumeId, VolumeType: 'gp3', Iops, Throughput })
  aws.run.log.info(`The boost of ${volumeId} ends: ${Iops} iops and ${Throughput} MiB/s again`)
  await awaitModified(aws, region, volumeId)
}

async function findVolume(aws: Aws, region: string, instanceId: string, device: string): Promise<string> {
  const command = new DescribeInstancesCommand({ InstanceIds: [instanceId] })
  const { Reservations: [reservation] = [] } = await aws.in(region).ec2.send(command)
  const mappings = reservation?.Instances?.[0]?.BlockDeviceMappings ?? []
  const id = mappings.find(each => each.DeviceName === device)?.Ebs?.VolumeId
  if (!id) throw new AmiError('EC2', `Expected the builder ${instanceId} to have a volume as ${device}, found none`)
  return id
}

/** After a lost answer the modification is under way: EBS then refuses another. */
async function modify(aws: Aws, region: string, request: ModifyVolumeCommandInput): Promise<void> {
  try {
    await aws.in(region).ec2.send(new ModifyVolumeCommand(request))
  } catch (error) {
    if (serviceErrorName(error) !== 'IncorrectModificationState') throw error
  }
}

function awaitModified(aws: Aws, region: string, volumeId: string): Promise<void> {
  const look = async (): Promise<Look<void>> => {
    const { ModificationState: state, StatusMessage: message } = (await describe(aws, region, volumeId)) ?? {}
    if (state === 'optimizing' || state === 'completed') return { done: undefined }
    if (state === 'failed') throw new AmiError('EC2', `The boost of ${volumeId} could not be ended: ${message}`)
    return { waiting: state ?? 'not yet visible' }
  }
  return waitFor({
    what: `the volume ${volumeId} to be as the recipe says`,
    look,
    timeoutSeconds: MODIFY_SECONDS,
    maxPauseSeconds: 5,
    signal: aws.signal,
    log: aws.run.log
  })
}

async function describe(aws: Aws, region: string, volumeId: string): Promise<VolumeModification | undefined> {
  try {
    const command = new DescribeVolumesModificationsCommand({ VolumeIds: [volumeId] })
    const { VolumesModifications: [modification] = [] } = await aws.in(region).ec2.send(command)
    return modification
  } catch (error) {
    if (serviceErrorName(error) === 'InvalidVolumeModification.NotFound') return undefined
    throw error
  }
}
