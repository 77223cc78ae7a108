import {
  CreateImageCommand,
  type CreateImageCommandInput,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  type Image,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  type Snapshot,
  StopInstancesCommand,
  type Volume
} from '@aws-sdk/client-ec2'
import { advance, type Clients, type RunningSandbox } from '../../support/sandbox.ts'
import { IMAGES } from './fixture.ts'

/** Longer than any transition takes. */
const LONG_ENOUGH_SECONDS = 1200

/** Lets every transition that is under way come to its end. */
export const settle = (sandbox: RunningSandbox): Promise<void> => advance(sandbox, LONG_ENOUGH_SECONDS)

export async function launch({ ec2 }: Clients, change: Partial<RunInstancesCommandInput> = {}): Promise<Instance> {
  const request = { ImageId: IMAGES.linux, InstanceType: 't3.micro' as const, MinCount: 1, MaxCount: 1, ...change }
  const { Instances: [instance] = [] } = await ec2.send(new RunInstancesCommand(request))
  if (!instance) throw new Error('RunInstances answered without an instance')
  return instance
}

/** An instance that has been launched, and is running or stopped by now. */
export async function launched(
  sandbox: RunningSandbox,
  clients: Clients,
  state: 'running' | 'stopped',
  change: Partial<RunInstancesCommandInput> = {}
): Promise<string> {
  const { InstanceId = '' } = await launch(clients, change)
  await settle(sandbox)
  if (state === 'running') return InstanceId
  await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId] }))
  await settle(sandbox)
  return InstanceId
}

export async function createImage({ ec2 }: Clients, request: CreateImageCommandInput): Promise<string> {
  return (await ec2.send(new CreateImageCommand(request))).ImageId ?? ''
}

export async function createVolume({ ec2 }: Clients, request: Partial<CreateVolumeCommandInput> = {}): Promise<string> {
  const command = new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1, ...request })
  return (await ec2.send(command)).VolumeId ?? ''
}

export async function createSnapshot({ ec2 }: Clients, VolumeId: string): Promise<string> {
  return (await ec2.send(new CreateSnapshotCommand({ VolumeId }))).SnapshotId ?? ''
}

export async function imageOf({ ec2 }: Clients, id: string): Promise<Image | undefined> {
  return (await ec2.send(new DescribeImagesCommand({ ImageIds: [id] }))).Images?.[0]
}

export async function snapshotOf({ ec2 }: Clients, id: string): Promise<Snapshot | undefined> {
  return (await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }))).Snapshots?.[0]
}

export async function volumeOf({ ec2 }: Clients, id: string): Promise<Volume | undefined> {
  return (await ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] }))).Volumes?.[0]
}

export const volumeIdsOf = async ({ ec2 }: Clients, instanceId: string): Promise<string[]> => {
  const Filters = [{ Name: 'attachment.instance-id', Values: [instanceId] }]
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }))
  return Volumes.flatMap(({ VolumeId }) => VolumeId ?? [])
}

export const snapshotIdsOf = (image: Image | undefined): string[] =>
  (image?.BlockDeviceMappings ?? []).flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? [])
