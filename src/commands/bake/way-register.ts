import { RegisterImageCommand } from '@aws-sdk/client-ec2'
import { toTagSpecifications } from '../../image/tags.ts'
import type { SnapshotBase } from '../../recipe/recipe.ts'
import { findLostBilling } from '../billing.ts'
import { type FinishedImage, NewImage } from '../new-image.ts'
import { observeSnapshot } from './observe/observe-snapshot.ts'
import { planRegister, type RegisterPlan } from './plan/plan-register.ts'
import type { BakeTask, Way } from './way.ts'

/** From a snapshot of a root volume, as it is. */
export async function findRegisterWay(task: BakeTask, base: SnapshotBase): Promise<Way> {
  const { aws, recipe, content, order } = task
  const facts = await observeSnapshot(aws.in(content.region), base.id)
  const plan = planRegister(recipe, base, { ...content, ...facts }, order)
  const TagSpecifications = toTagSpecifications(plan.tags, 'image')
  const request = { ...plan.request, TagSpecifications, DryRun: true }
  const rehearsals = [() => aws.in(plan.region).ec2.send(new RegisterImageCommand(request))]
  return { plan, lines: describeRegister(plan), rehearsals, go: () => register(task, plan) }
}

async function register({ aws, stages }: BakeTask, plan: RegisterPlan): Promise<FinishedImage> {
  await using image = new NewImage(aws, plan)
  if (plan.unfinished) await image.takeUp(plan.unfinished.imageId)
  else await stages.time('register', () => image.register(plan.request))
  const available = await stages.time('image', () => image.awaitAvailable(aws.run.inputs.timeoutSeconds))
  const lost = findLostBilling(plan.billing, available)
  if (lost) throw image.reject(lost)
  return image.finish(available, plan.unfinished ? [] : stages.done)
}

function describeRegister({ unfinished, origin, imageName, validUntil, billing }: RegisterPlan): string[] {
  if (unfinished)
    return [`take up the image ${unfinished.imageId} (${unfinished.name}), which an interrupted bake left`]
  return [
    `register the image ${imageName} from ${origin.id}, valid until ${validUntil.toISOString()}`,
    `compare its billing with ${billing ? `${billing.platformDetails} (${billing.usageOperation})` : 'nothing that is known'}`
  ]
}
