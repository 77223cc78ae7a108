import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { ParameterFacts } from '../../../src/commands/steps/parameter.ts'
import { planParameter } from '../../../src/commands/steps/plan-parameter.ts'
import type { ParameterStep } from '../../../src/commands/steps/step.ts'

const NAME = '/golden/web'
const IMAGES = ['ami-1', 'ami-2', 'ami-3']
const RINGS = ['canary', 'stable']

/** A parameter whose versions hold these, the oldest first. */
const holding = (...values: string[]): ParameterFacts => ({
  name: NAME,
  versions: values.map((value, i) => ({ number: i + 1, value, labels: [] }))
})

const labelled = (facts: ParameterFacts, label: string, number: number): ParameterFacts => ({
  ...facts,
  versions: facts.versions.map(version => {
    const others = version.labels.filter(each => each !== label)
    return { ...version, labels: version.number === number ? [...others, label] : others }
  })
})

/** What Parameter Store makes of the steps. */
function take(facts: ParameterFacts, steps: readonly ParameterStep[]): ParameterFacts {
  let now = facts
  for (const step of steps) now = takeOne(now, step)
  return now
}

function takeOne(now: ParameterFacts, step: ParameterStep): ParameterFacts {
  const newest = now.versions.at(-1)
  const number = newest?.number ?? 0
  switch (step.kind) {
    case 'set-parameter':
      if (newest?.value === step.to) return now
      return { ...now, versions: [...now.versions, { number: number + 1, value: step.to, labels: [] }] }
    case 'confirm-parameter':
      return now
    case 'delete-parameter':
      return { ...now, versions: [] }
    case 'label':
      return labelled(now, step.label, step.version === 'added' ? number : step.version)
    case 'unlabel':
      return labelled(now, step.label, 0)
  }
}

/** What a reader gets, by the name and by each ring. */
const readers = ({ versions }: ParameterFacts) => ({
  value: versions.at(-1)?.value,
  ...Object.fromEntries(RINGS.map(ring => [ring, versions.find(({ labels }) => labels.includes(ring))?.value]))
})

describe('a parameter comes to hold an image', () => {
  test.each<[name: string, facts: ParameterFacts, steps: string[], back: string[]]>([
    ['that is not there', holding(), ['set-parameter ami-2'], ['delete-parameter']],
    ['that holds another', holding('ami-1'), ['set-parameter ami-2'], ['set-parameter ami-1']],
    ['that holds it already', holding('ami-1', 'ami-2'), [], ['set-parameter ami-1']],
    ['that held it once', holding('ami-2', 'ami-1'), ['set-parameter ami-2'], ['set-parameter ami-1']]
  ])('%s', (_, facts, steps, back) => {
    const say = (all: readonly ParameterStep[]) =>
      all.map(step => ('to' in step ? `${step.kind} ${step.to}` : step.kind))
    const plan = planParameter({ imageId: 'ami-2' }, facts)
    expect([say(plan.steps), say(plan.back)]).toEqual([steps, back])
  })
})

test('a first ring that an interrupted run has moved already goes back to the image before', () => {
  const facts = labelled(holding('ami-1', 'ami-2'), 'canary', 2)
  const { steps, back } = planParameter({ imageId: 'ami-2', ring: { name: 'canary' } }, facts)
  expect(steps).toEqual([])
  expect(readers(take(facts, back))).toMatchObject({ value: 'ami-1', canary: 'ami-1' })
})

test('a further ring waits for the one before it', () => {
  const ring = { name: 'stable', after: 'canary' }
  const facts = labelled(holding('ami-1', 'ami-2'), 'canary', 1)
  expect(() => planParameter({ imageId: 'ami-2', ring }, facts)).toThrow(
    'Expected the ring canary of the parameter /golden/web to have ami-2, found ami-1'
  )
  expect(planParameter({ imageId: 'ami-1', ring }, facts).steps).toEqual([
    { kind: 'label', name: NAME, label: 'stable', version: 1 }
  ])
})

const anyFacts = fc
  .array(fc.constantFrom(...IMAGES), { maxLength: 5 })
  .chain(values =>
    fc.record({
      facts: fc.constant(holding(...values)),
      canary: fc.nat(values.length),
      stable: fc.nat(values.length)
    })
  )
  .map(({ facts, canary, stable }) => labelled(labelled(facts, 'canary', canary), 'stable', stable))
const anyImage = fc.constantFrom(...IMAGES)
const anyRing = fc.option(fc.constant({ name: 'canary' }), { nil: undefined })

test('property: after the steps readers get the image, and a second plan has none', () => {
  fc.assert(
    fc.property(anyFacts, anyImage, anyRing, (facts, imageId, ring) => {
      const order = { imageId, ...(ring && { ring }) }
      const after = take(facts, planParameter(order, facts).steps)
      const got = readers(after)
      expect([got.value, ring ? Reflect.get(got, ring.name) : imageId]).toEqual([imageId, imageId])
      expect(planParameter(order, after).steps).toEqual([])
    })
  )
})

test('property: what goes back gives readers what they had, unless they had the image already', () => {
  fc.assert(
    fc.property(anyFacts, anyImage, anyRing, (facts, imageId, ring) => {
      const before = readers(facts)
      fc.pre(before.value !== imageId)
      const { steps, back } = planParameter({ imageId, ...(ring && { ring }) }, facts)
      const after = readers(take(take(facts, steps), back))
      expect(after.value).toBe(before.value)
      if (facts.versions.length > 0) expect(after).toEqual(before)
    })
  )
})
