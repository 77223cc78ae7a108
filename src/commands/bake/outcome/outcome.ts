import { TAGS } from '../../../image/tags.ts'
import type { Outcome } from '../../../run.ts'
import type { PackageStory } from '../inventory/story.ts'
import type { BakeStory } from './story.ts'
import { summarize } from './summary.ts'

/** Outputs, report and summary of a bake, whether it succeeded or not. */
export function describeOutcome(story: BakeStory, error?: unknown): Outcome {
  return {
    outputs: { ...describeContent(story), ...describeImage(story) },
    report: describeReport(story),
    summary: summarize(story, story.run.inputs.dryRun, error),
    ...(story.packages && 'sbom' in story.packages && { files: { sbom: story.packages.sbom } }),
    ...(error !== undefined && { error })
  }
}

function describeContent({ plan, reused }: BakeStory): Outcome['outputs'] {
  if (reused) {
    const { image, reason } = reused
    return {
      digest: image.tags[TAGS.digest] ?? '',
      'valid-until': image.validUntil?.toISOString() ?? '',
      plan: JSON.stringify({ reuse: image.imageId, reason })
    }
  }
  return plan ? { digest: plan.digest, 'valid-until': plan.validUntil.toISOString(), plan: JSON.stringify(plan) } : {}
}

function describeImage({ run, baked, reused }: BakeStory): Outcome['outputs'] {
  const imageId = baked?.image.ImageId ?? reused?.image.imageId
  if (!imageId) return {}
  const images = JSON.stringify({ [run.inputs.awsRegion]: imageId })
  return { images, 'image-id': imageId, reused: String(reused !== undefined) }
}

function describeReport({ recipe, plan, reused, baked, packages, stages, run }: BakeStory): object {
  return {
    command: 'bake',
    run: run.id,
    ...(recipe && { family: recipe.family, strategy: recipe.strategy }),
    ...(plan && {
      region: plan.region,
      base: plan.origin,
      digest: plan.digest,
      validUntil: plan.validUntil.toISOString(),
      reason: plan.reason,
      takenUp: plan.unfinished !== undefined
    }),
    ...(reused && {
      region: run.inputs.awsRegion,
      image: { imageId: reused.image.imageId, name: reused.image.name },
      digest: reused.image.tags[TAGS.digest],
      validUntil: reused.image.validUntil?.toISOString(),
      reason: reused.reason,
      warnings: reused.warnings
    }),
    ...((plan ?? reused) && { reused: reused !== undefined }),
    ...(baked && {
      image: { imageId: baked.image.ImageId, name: baked.image.Name, architecture: baked.image.Architecture },
      snapshots: baked.snapshots.map(snapshot => ({
        snapshotId: snapshot.SnapshotId,
        sizeGiB: snapshot.VolumeSize,
        encrypted: snapshot.Encrypted,
        kmsKeyId: snapshot.KmsKeyId
      }))
    }),
    ...(packages && { packages: describePackages(packages) }),
    stages: stages.done.map(stage => ({ ...stage, start: stage.start.toISOString() }))
  }
}

/** Without the bill of materials: that is a file of its own. */
function describePackages(packages: PackageStory): object {
  if ('missing' in packages) return packages
  const { count, comparison } = packages
  return { count, comparison }
}
