import type { RegisterImageRequest } from '@aws-sdk/client-ec2'
import { AmiError, throwProblems } from '../../../errors.ts'
import { type ContentDigest, digestContent } from '../../../recipe/digest.ts'
import type { Recipe, SnapshotBase } from '../../../recipe/recipe.ts'
import { type Billing, billingOf } from '../../billing.ts'
import type { ContentFacts } from '../observe/facts.ts'
import type { SnapshotFacts } from '../observe/observe-snapshot.ts'
import { type BakeOrder, type ImagePlan, planImage } from './plan-image.ts'

/** An image registered from a snapshot. */
export interface RegisterPlan extends ImagePlan {
  readonly request: RegisterImageRequest
  /** What the images that stand on the snapshot are billed for; absent where there is none. */
  readonly billing?: Billing
}

/** Decides a registration; pure. Errors: Problems, all that stands in the way. */
export function planRegister(
  recipe: Recipe,
  base: SnapshotBase,
  facts: ContentFacts & SnapshotFacts,
  order: BakeOrder
): RegisterPlan {
  const problems = findProblems(base, facts)
  throwProblems(problems.map(problem => new AmiError('BASE', `Expected ${problem}`, { at: base.place })))
  const plan = planImage(recipe, { id: base.id, name: base.id }, digestSnapshot(recipe, base), facts, order)
  const [known] = facts.images
  return {
    ...plan,
    warnings: warnOf(base, facts),
    request: toRequest(base, plan),
    ...(known && { billing: billingOf(known) })
  }
}

/** The digests of the image that a snapshot becomes. */
export const digestSnapshot = (recipe: Recipe, { place: _, ...base }: SnapshotBase): ContentDigest =>
  digestContent(recipe, { baseImageId: JSON.stringify(base), architecture: base.architecture })

/** What stands in the way; each completes the sentence "Expected …". */
function findProblems({ id }: SnapshotBase, { snapshot, region }: ContentFacts & SnapshotFacts): string[] {
  if (!snapshot) return [`a snapshot, found none with the id ${id} in ${region}`]
  const { State: state, StorageTier: tier } = snapshot
  const problems: string[] = []
  if (state !== 'completed') problems.push(`a snapshot that is completed, found ${id} ${state}`)
  if (tier === 'archive') problems.push(`a snapshot that is not archived, found ${id} in the archive; restore it first`)
  return problems
}

function warnOf({ id }: SnapshotBase, { snapshot, images }: SnapshotFacts): string[] {
  const warnings = ['An image that is registered from a snapshot is as the snapshot is: nothing in it is sealed']
  if (!snapshot?.Encrypted) warnings.push(`${id} is not encrypted, nor will the image be: RegisterImage can't encrypt`)
  if (images.length === 0) {
    warnings.push(`No image of this account stands on ${id}: whether billing codes are lost is unknown`)
  }
  return warnings
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html */
const toRequest = (base: SnapshotBase, { imageName, description }: ImagePlan): RegisterImageRequest => ({
  Name: imageName,
  Description: description,
  Architecture: base.architecture,
  VirtualizationType: 'hvm',
  EnaSupport: base.ena,
  RootDeviceName: base.rootDevice,
  BlockDeviceMappings: [
    {
      DeviceName: base.rootDevice,
      Ebs: { SnapshotId: base.id, VolumeType: 'gp3', DeleteOnTermination: true }
    }
  ],
  ...(base.bootMode && { BootMode: base.bootMode }),
  ...(base.tpm && { TpmSupport: base.tpm }),
  ...(base.imds && { ImdsSupport: base.imds })
})
