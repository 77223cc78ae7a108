import type { Outcome } from '../../run.ts'
import type { BakeStory } from './story.ts'
import { summarize } from './summary.ts'

/** Outputs, report and summary of a bake, whether it succeeded or not. */
export function describeOutcome(story: BakeStory, error?: unknown): Outcome {
  const { plan, baked, run } = story
  const imageId = baked?.image.ImageId
  return {
    outputs: {
      ...(plan && { digest: plan.digest, 'valid-until': plan.validUntil.toISOString(), plan: JSON.stringify(plan) }),
      ...(plan &&
        imageId && { images: JSON.stringify({ [plan.region]: imageId }), 'image-id': imageId, reused: 'false' })
    },
    report: describeReport(story),
    summary: summarize(story, run.inputs.dryRun, error),
    ...(error !== undefined && { error })
  }
}

function describeReport({ recipe, plan, baked, stages, run }: BakeStory): object {
  return {
    command: 'bake',
    run: run.id,
    ...(recipe && { family: recipe.family, strategy: recipe.strategy }),
    ...(plan && {
      region: plan.region,
      base: { imageId: plan.baseImageId, name: plan.baseName },
      digest: plan.digest,
      validUntil: plan.validUntil.toISOString(),
      takenUp: plan.unfinished !== undefined
    }),
    ...(baked && {
      image: { imageId: baked.image.ImageId, name: baked.image.Name, architecture: baked.image.Architecture },
      snapshots: baked.snapshots.map(snapshot => ({
        snapshotId: snapshot.SnapshotId,
        sizeGiB: snapshot.VolumeSize,
        encrypted: snapshot.Encrypted,
        kmsKeyId: snapshot.KmsKeyId
      }))
    }),
    stages: stages.done.map(stage => ({ ...stage, start: stage.start.toISOString() }))
  }
}
