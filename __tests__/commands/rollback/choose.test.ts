import type { Image } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { chooseTarget } from '../../../src/commands/rollback/choose.ts'
import type { PlaceFacts } from '../../../src/commands/rollback/facts.ts'

const PASSED = 'passed 2026-01-01T00:00:00.000Z'

/** The nth version of the family, published once; an empty tag is none. */
function image(version: number, tags: Record<string, string> = {}, more: Partial<Image> = {}): Image {
  const id = `ami-${version}`
  const all = {
    self: id,
    family: 'web',
    digest: `digest-${version}`,
    'baked-at': `2026-01-0${version}T00:00:00.000Z`,
    verified: PASSED,
    published: `2026-01-0${version}T12:00:00.000Z`,
    ...tags
  }
  const given = Object.entries(all).filter(([, value]) => value !== '')
  const Tags = given.map(([key, Value]) => ({ Key: `ami-action:${key}`, Value }))
  return { ImageId: id, State: 'available', Tags, ...more }
}

const place = (launched: string, ...family: Image[]): PlaceFacts => ({
  place: { region: 'us-east-1' },
  family,
  isOwn: true,
  parameter: { name: '/golden/web', versions: [{ number: 1, value: launched, labels: [] }] }
})

/** As a rollback that is finished leaves an image, and one that was interrupted. */
const MARKED = { 'rolled-back': '2026-02-01T00:00:00.000Z octocat: broken' }
const HELD = { ...MARKED, superseded: '2026-02-01T00:00:00.000Z' }
const rules = { family: 'web', force: false }
const chosen = (places: PlaceFacts[], imageId?: string, force = false): string => {
  const { bad, target } = chooseTarget(places, { ...rules, force, ...(imageId && { imageId }) })
  return `${bad.ImageId} to ${target.ImageId}`
}

describe('a rollback goes', () => {
  test.each<[name: string, family: Image[], expected: string]>([
    ['to the newest one before', [image(1), image(2), image(3)], 'ami-3 to ami-2'],
    ['past one that did not pass', [image(1), image(2, { verified: 'failed boots' }), image(3)], 'ami-3 to ami-1'],
    ['past one that was rolled back', [image(1), image(2, HELD), image(3)], 'ami-3 to ami-1'],
    ['past one that was never published', [image(1), image(2, { published: '' }), image(3)], 'ami-3 to ami-1'],
    ['past one that is gone', [image(1), image(2, {}, { State: 'deregistered' }), image(3)], 'ami-3 to ami-1'],
    [
      'past a copy that others made, whose tags tell of another',
      [image(1), image(2, { self: 'ami-9' }), image(3)],
      'ami-3 to ami-1'
    ],
    ['to one that is disabled', [image(1), image(2, {}, { State: 'disabled' }), image(3)], 'ami-3 to ami-2']
  ])('%s', (_, family, expected) => {
    expect(chosen([place('ami-3', ...family)])).toBe(expected)
  })
})

test('an interrupted rollback is taken up: what it has marked is still launched somewhere', () => {
  const family = [image(1), image(2), image(3, HELD)]
  expect(chosen([place('ami-2', ...family), place('ami-3', ...family)])).toBe('ami-3 to ami-2')
})

test('a region that could not be marked is known by the mark on the same bake elsewhere', () => {
  const home = place('ami-2', image(1), image(2), image(3, HELD))
  const other = place('ami-3', image(1), image(2), image(3))
  expect(chosen([home, other])).toBe('ami-3 to ami-2')
})

test('a finished rollback can be followed by another one, further back', () => {
  expect(chosen([place('ami-2', image(1), image(2), image(3, HELD))])).toBe('ami-2 to ami-1')
})

describe('an image that is named', () => {
  test('is taken', () => expect(chosen([place('ami-3', image(1), image(2), image(3))], 'ami-1')).toBe('ami-3 to ami-1'))

  test.each<[name: string, named: Image, imageId: string, error: string]>([
    ['is of another family', image(1), 'ami-7', 'Expected an image of the family, found ami-7, which is none'],
    ['did not pass', image(1, { verified: 'failed boots' }), 'ami-1', 'found ami-1 (verified: failed boots)'],
    ['was rolled back', image(1, HELD), 'ami-1', 'found ami-1 (rolled back: 2026-02-01T00:00:00.000Z octocat: broken)'],
    ['is launched already', image(1), 'ami-3', 'Expected another image than ami-3']
  ])('is refused where it %s', (_, named, imageId, error) => {
    expect(() => chosen([place('ami-3', named, image(3))], imageId)).toThrow(error)
  })

  test('is taken all the same with `force`', () => {
    expect(chosen([place('ami-3', image(1, HELD), image(3))], 'ami-1', true)).toBe('ami-3 to ami-1')
  })
})

test('without a good image before, nothing is chosen', () => {
  expect(() => chosen([place('ami-1', image(1))])).toThrow('Expected a good image before ami-1, found none')
  expect(() => chosen([place('ami-1')])).toThrow('Expected an image of the family web that is published, found none')
})

const withTemplate = (imageId: string, facts: PlaceFacts): PlaceFacts => ({
  ...facts,
  template: { template: 'web', versions: [{ number: 1, imageId, isDefault: true, description: '' }] }
})

describe('an interrupted rollback is not taken for a finished one', () => {
  const family = [image(1), image(2), image(3, HELD)]

  test('where only the template still launches what it has marked', () => {
    expect(chosen([withTemplate('ami-3', place('ami-2', ...family))])).toBe('ami-3 to ami-2')
  })

  test('where what it has marked is still noted as published', () => {
    const noted = [image(1), image(2), image(3, MARKED)]
    expect(chosen([place('ami-2', ...family), place('ami-2', ...noted)])).toBe('ami-3 to ami-2')
  })

  test('a finished one is followed by the next', () => {
    expect(chosen([withTemplate('ami-2', place('ami-2', ...family))])).toBe('ami-2 to ami-1')
  })
})
