import { AmiError } from '../../errors.ts'
import type { ParameterFacts, ParameterVersion } from './parameter.ts'
import type { ParameterStep } from './step.ts'

/** How far a parameter is moved: all of it, or one ring, which is a label. */
export interface ParameterOrder {
  readonly imageId: string
  /** Where the recipe has rings: the one to move, and the one before it. */
  readonly ring?: { readonly name: string; readonly after?: string }
}

/** What is done to a parameter, and what would undo it. */
export interface ParameterPlan {
  readonly steps: readonly ParameterStep[]
  readonly back: readonly ParameterStep[]
}

/**
 * Decides how a parameter comes to hold an image. A first ring, as no rings, changes the value; each further one only moves
 * its label to the version that the ring before it has. Errors: INPUT where the image has not reached the ring before.
 */
export function planParameter({ imageId, ring }: ParameterOrder, facts: ParameterFacts): ParameterPlan {
  const value = ring?.after ? checkRing(ring.after, imageId, facts) : planValue(imageId, facts)
  if (!ring) return value
  const label = planLabel(ring, imageId, facts, value.steps.length > 0)
  return { steps: [...value.steps, ...label.steps], back: [...value.back, ...label.back] }
}

function planValue(imageId: string, { name, versions }: ParameterFacts): ParameterPlan {
  const current = versions.at(-1)
  // Where an interrupted run has changed it already, the one before is what to go back to.
  const previous = versions.findLast(({ value }) => value !== imageId)
  const back: ParameterStep = previous
    ? { kind: 'set-parameter', name, from: imageId, to: previous.value }
    : { kind: 'delete-parameter', name }
  if (current?.value === imageId) return { steps: [], back: [back] }
  const step = { kind: 'set-parameter', name, ...(current && { from: current.value }), to: imageId } as const
  return { steps: [step], back: [back] }
}

function planLabel(
  { name: label, after }: NonNullable<ParameterOrder['ring']>,
  imageId: string,
  { name, versions }: ParameterFacts,
  isNew: boolean
): ParameterPlan {
  const labelled = labelledVersion(versions, label)
  if (labelled?.value === imageId)
    return { steps: [], back: after || isNew ? [] : [labelBefore(label, imageId, name, versions)] }
  const holding = versions.findLast(({ value }) => value === imageId)
  const version = isNew || !holding ? 'added' : holding.number
  const back: ParameterStep = labelled
    ? { kind: 'label', name, label, version: labelled.number }
    : { kind: 'unlabel', name, label }
  return { steps: [{ kind: 'label', name, label, version }], back: [back] }
}

/** Where an interrupted run has moved the first ring already, the image before is what it had. Nobody knows of further rings. */
function labelBefore(
  label: string,
  imageId: string,
  name: string,
  versions: readonly ParameterVersion[]
): ParameterStep {
  const previous = versions.findLast(({ value }) => value !== imageId)
  return previous ? { kind: 'label', name, label, version: previous.number } : { kind: 'unlabel', name, label }
}

function checkRing(after: string, imageId: string, { name, versions }: ParameterFacts): ParameterPlan {
  const found = labelledVersion(versions, after)?.value
  if (found === imageId) return { steps: [], back: [] }
  const hint = `Publish it to the ring ${after} first.`
  const sentence = `Expected the ring ${after} of the parameter ${name} to have ${imageId}, found ${found ?? 'nothing'}`
  throw new AmiError('INPUT', sentence, { hint })
}

const labelledVersion = (versions: readonly ParameterVersion[], label: string): ParameterVersion | undefined =>
  versions.find(({ labels }) => labels.includes(label))
