import type { Image, ImageFinding } from '@aws-sdk/client-ec2'
import { formatDuration } from '../../../image/duration.ts'
import { type FamilyImage, isGood, toFamilyImage } from '../../../image/family-image.ts'
import { TAGS } from '../../../image/tags.ts'
import type { ContentDigest } from '../../../recipe/digest.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import { explainChange } from './explain-change.ts'
import { judgeFindings } from './judge-findings.ts'

/** What is asked for, beside the recipe. */
export interface ReuseOrder {
  readonly channel: 'release' | 'test'
  readonly force: boolean
}

/** What an image to reuse must be like. */
export interface Wanted extends ContentDigest {
  readonly baseImageId: string
}

export interface ReuseFacts {
  readonly now: Date
  /** All images of the recipe's family that this account owns. */
  readonly family: readonly Image[]
  /** The findings of the image that `findCandidate` names, where `needsFindings` says so; else none. */
  readonly findings: readonly ImageFinding[]
}

/** Whether an image is made, and why; or which one is as good as a new one, and what else there is to say of it. */
export type Verdict =
  | { readonly kind: 'build'; readonly reason: string }
  | {
      readonly kind: 'reuse'
      readonly image: FamilyImage
      readonly reason: string
      readonly warnings: readonly string[]
    }

/** Decides whether a bake is due; pure. */
export function judgeReuse(recipe: Recipe, wanted: Wanted, facts: ReuseFacts, order: ReuseOrder): Verdict {
  const always = explainAlways(recipe, order)
  if (always) return { kind: 'build', reason: always }
  const candidate = findCandidate(facts.family, wanted.digest, order.channel)
  if (!candidate) return { kind: 'build', reason: explainChange(wanted, facts.family, order.channel) }
  const due = explainExpiry(candidate.image, recipe.rebuildBeforeSeconds, facts.now)
  if (due) return { kind: 'build', reason: due }
  const judged = judgeFindings(candidate, facts.findings, recipe.verify.findings.waivers, facts.now)
  if ('fresh' in judged) return { kind: 'build', reason: judged.fresh }
  const { imageId, validUntil } = candidate.image
  const reason = `${imageId} has the same content and is valid until ${validUntil?.toISOString().slice(0, 10)}`
  return { kind: 'reuse', image: candidate.image, reason, warnings: judged.warnings }
}

/** Why an image is made whatever there is; undefined where that depends. */
export function explainAlways({ purpose }: Recipe, { channel, force }: ReuseOrder): string | undefined {
  if (force) return 'the input force asks for it'
  if (channel === 'test') return 'an image of the channel test is never reused'
  return purpose === 'backup' ? 'a backup is taken anew every time' : undefined
}

/** A good image with what EC2 says of it. */
export interface Candidate {
  readonly image: FamilyImage
  readonly described: Image
}

/** The good image of the same content that is valid longest; undefined where there is none. */
export function findCandidate(family: readonly Image[], digest: string, channel: string): Candidate | undefined {
  const good = family
    .filter(isGood)
    .map(described => ({ described, image: toFamilyImage(described) }))
    .filter(({ image: { tags } }) => tags[TAGS.digest] === digest && tags[TAGS.channel] === channel)
  return good.sort((a, b) => timeOf(b.image.validUntil) - timeOf(a.image.validUntil))[0]
}

function explainExpiry(
  { imageId, validUntil }: FamilyImage,
  rebuildBeforeSeconds: number,
  now: Date
): string | undefined {
  if (!validUntil) return `${imageId} does not say until when it is valid`
  const leftSeconds = (validUntil.getTime() - now.getTime()) / 1000
  if (leftSeconds > rebuildBeforeSeconds) return undefined
  if (leftSeconds <= 0) return `${imageId} expired on ${validUntil.toISOString().slice(0, 10)}`
  return `${imageId} expires in ${formatDuration(leftSeconds)}, within rebuild-before (${formatDuration(rebuildBeforeSeconds)})`
}

const timeOf = (date: Date | undefined): number => date?.getTime() ?? 0
