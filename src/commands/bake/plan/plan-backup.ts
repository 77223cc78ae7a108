import type { Instance } from '@aws-sdk/client-ec2'
import { AmiError, throwProblems } from '../../../errors.ts'
import { isOwnLaunch } from '../../../image/client-token.ts'
import { digestContent } from '../../../recipe/digest.ts'
import type { InstanceBase, Recipe } from '../../../recipe/recipe.ts'
import { isToRestart } from '../../restart.ts'
import type { ContentFacts } from '../observe/facts.ts'
import type { SourceFacts } from '../observe/observe-instance.ts'
import { type BakeOrder, type ImagePlan, planImage } from './plan-image.ts'

/** An image of an instance as it is. */
export interface BackupPlan extends ImagePlan {
  readonly instanceId: string
  /** The volumes that will be in the image, by device. */
  readonly volumes: Readonly<Record<string, string>>
  readonly reboot: InstanceBase['reboot']
  /** It runs now, is stopped for the image, and started again. */
  readonly isStoppedForIt: boolean
  /** A run that died has stopped it and not started it again. */
  readonly isLeftStopped: boolean
}

/** Decides a backup; pure. Errors: Problems, all that stands in the way. */
export function planBackup(
  recipe: Recipe,
  base: InstanceBase,
  facts: ContentFacts & SourceFacts,
  order: BakeOrder
): BackupPlan {
  throwProblems(
    findProblems(base, facts).map(problem => new AmiError('BASE', `Expected ${problem}`, { at: base.place }))
  )
  const { instance = {} } = facts
  const content = digestContent(recipe, { baseImageId: base.id, architecture: instance.Architecture ?? '' })
  return {
    ...planImage(recipe, { id: base.id, name: tagOf(instance, 'Name') ?? base.id }, content, facts, order),
    warnings: warnOf(base, instance),
    instanceId: base.id,
    volumes: volumesOf(instance),
    reboot: base.reboot,
    isStoppedForIt: base.reboot === 'stop' && instance.State?.Name === 'running',
    isLeftStopped: isLeftStopped(instance)
  }
}

/** What stands in the way; each completes the sentence "Expected …". */
function findProblems({ id, reboot }: InstanceBase, facts: ContentFacts & SourceFacts): string[] {
  const { instance, region } = facts
  if (!instance) return [`an instance, found none with the id ${id} in ${region}`]
  const state = instance.State?.Name ?? 'unknown'
  const problems: string[] = []
  if (!['running', 'stopped'].includes(state) && !isLeftStopped(instance))
    problems.push(`an instance that is running or stopped, found ${id} ${state}`)
  if (instance.RootDeviceType !== 'ebs') {
    problems.push(`an instance backed by EBS, found ${id} with the root device ${instance.RootDeviceType}`)
  }
  if (instance.Operator?.Managed)
    problems.push(`an instance of your own, found ${id} managed by ${instance.Operator.Principal}`)
  if (isOwnLaunch(instance)) problems.push(`an instance of your own, found ${id}, a builder of this action`)
  return reboot === 'stop' ? [...problems, ...findStopProblems(id, facts, instance)] : problems
}

const isLeftStopped = (instance: Instance): boolean =>
  isToRestart(instance) && ['stopping', 'stopped'].includes(instance.State?.Name ?? '')

const INSTEAD = 'use `reboot: reboot` or `reboot: none`'

/** Stopping these would end them, replace them, or lose their data. */
function findStopProblems(
  id: string,
  { hasInstanceStore, isStopProtected }: SourceFacts,
  instance: Instance
): string[] {
  const group = tagOf(instance, 'aws:autoscaling:groupName')
  const reasons = {
    [`which is a member of the Auto Scaling group ${group} and would be replaced`]: group !== undefined,
    'which is a Spot Instance': instance.InstanceLifecycle === 'spot',
    'whose instance store would lose its data': hasInstanceStore,
    'whose stop protection is on': isStopProtected
  }
  return Object.entries(reasons).flatMap(([reason, holds]) =>
    holds ? [`an instance that can be stopped, found ${id}, ${reason}; ${INSTEAD}`] : []
  )
}

function warnOf({ id, reboot }: InstanceBase, { State: state }: Instance): string[] {
  if (reboot !== 'none' || state?.Name !== 'running') return []
  return [
    `${id} goes on running: what it has not written to its volumes yet is not in the image, and files may be torn`
  ]
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html (all attached EBS volumes) */
export const volumesOf = ({ BlockDeviceMappings: mappings = [] }: Instance): Record<string, string> =>
  Object.fromEntries(mappings.map(({ DeviceName: device = '', Ebs: ebs }) => [device, ebs?.VolumeId ?? '']))

const tagOf = ({ Tags: tags = [] }: Instance, key: string): string | undefined =>
  tags.find(tag => tag.Key === key)?.Value
