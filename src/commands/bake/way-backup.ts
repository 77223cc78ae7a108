import { CreateImageCommand, type Image, StartInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2'
import { AmiError } from '../../errors.ts'
import { toTagSpecifications } from '../../image/tags.ts'
import type { InstanceBase } from '../../recipe/recipe.ts'
import { type FinishedImage, NewImage } from '../new-image.ts'
import { observeInstance } from './observe/observe-instance.ts'
import { type BackupPlan, planBackup } from './plan/plan-backup.ts'
import { SourceInstance } from './source-instance.ts'
import type { BakeTask, Way } from './way.ts'

/** From an instance as it is, for a backup: it is neither provisioned nor sealed. */
export async function findBackupWay(task: BakeTask, base: InstanceBase): Promise<Way> {
  const { aws, recipe, content, order } = task
  const source = await observeInstance(aws.in(content.region), base.id)
  const plan = planBackup(recipe, base, { ...content, ...source }, order)
  return { plan, lines: describeBackup(plan), rehearsals: rehearsalsOf(task, plan), go: () => backUp(task, plan) }
}

function rehearsalsOf({ aws }: BakeTask, plan: BackupPlan): Way['rehearsals'] {
  const { ec2 } = aws.in(plan.region)
  const TagSpecifications = toTagSpecifications(plan.tags, 'image', 'snapshot')
  const image = { InstanceId: plan.instanceId, Name: plan.imageName, TagSpecifications, DryRun: true }
  const instance = { InstanceIds: [plan.instanceId], DryRun: true }
  return [
    () => ec2.send(new CreateImageCommand(image)),
    ...(plan.isStoppedForIt
      ? [() => ec2.send(new StopInstancesCommand(instance)), () => ec2.send(new StartInstancesCommand(instance))]
      : [])
  ]
}

async function backUp({ aws, stages }: BakeTask, plan: BackupPlan): Promise<FinishedImage> {
  await using image = new NewImage(aws, plan)
  await using source = new SourceInstance(aws, plan)
  if (plan.unfinished) await image.takeUp(plan.unfinished.imageId)
  else {
    await stages.time('stop', () => source.stop())
    await stages.time('image', () => image.create(plan.instanceId, plan.reboot === 'none'))
  }
  await stages.time('start', () => source.start())
  const available = await stages.time('snapshots', () => image.awaitAvailable(aws.run.inputs.timeoutSeconds))
  const missing = findMissing(plan, available)
  if (missing) throw image.reject(missing)
  return image.finish(available, plan.unfinished ? [] : stages.done)
}

/** What is wrong with the image: a volume of the instance is not in it. */
function findMissing(
  { volumes, instanceId }: BackupPlan,
  { ImageId: id, BlockDeviceMappings: mappings = [] }: Image
): AmiError | undefined {
  const imaged = new Set(mappings.filter(({ Ebs: ebs }) => ebs?.SnapshotId).map(({ DeviceName: device }) => device))
  const missing = Object.keys(volumes).filter(device => !imaged.has(device))
  if (missing.length === 0) return undefined
  const found = `Expected all volumes of ${instanceId} in the image ${id}, found none of ${missing.join(', ')}`
  return new AmiError('EC2', found, { hint: 'Were they detached while the image was made? Run it again.' })
}

function describeBackup({
  instanceId,
  volumes,
  reboot,
  isStoppedForIt,
  isLeftStopped,
  imageName,
  validUntil,
  unfinished
}: BackupPlan) {
  if (unfinished) return [`take up the image ${unfinished.imageId} (${unfinished.name}), which an earlier attempt left`]
  const before = { stop: `stop ${instanceId}`, reboot: `reboot ${instanceId}`, none: `leave ${instanceId} running` }
  return [
    before[reboot],
    `make the image ${imageName} of it, valid until ${validUntil.toISOString()}, with`,
    ...Object.entries(volumes).map(([device, volume]) => `  ${device}: ${volume}`),
    ...(isStoppedForIt || isLeftStopped ? [`start ${instanceId} again`] : [])
  ]
}
