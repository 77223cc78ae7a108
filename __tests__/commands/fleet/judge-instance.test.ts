import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { KnownImage, LaunchSource, Verdict } from '../../../src/commands/fleet/facts.ts'
import { type Approval, judgeImage, judgePlace } from '../../../src/commands/fleet/judge-instance.ts'
import { daysAgo, instance, NOW } from './fleet-facts.ts'

const OURS = { 'ami-action:self': 'ami-1', 'ami-action:family': 'web', 'ami-action:channel': 'release' }

const image = (given: Partial<KnownImage> = {}): KnownImage => ({
  imageId: 'ami-1',
  name: 'web-1',
  state: 'available',
  owners: ['111122223333'],
  tags: OURS,
  ...given
})

const tagged = (more: Record<string, string>): KnownImage => image({ tags: { ...OURS, ...more } })

const approval = (given: Partial<Approval> = {}): Approval => ({
  families: ['web'],
  owners: [],
  imageIds: new Set(),
  channel: 'release',
  ...given
})

const BY_NAME = approval({ families: [], imageIds: new Set(['ami-1']) })
const BY_OWNER = approval({ families: [], owners: ['amazon'] })

describe('what an image is worth', () => {
  test.each<[string, KnownImage | undefined, Approval, Verdict]>([
    ['one of the family', image(), approval(), 'approved'],
    ['one that nobody knows', undefined, approval(), 'unknown'],
    ['of another family', tagged({ 'ami-action:family': 'db' }), approval(), 'not approved'],
    [
      'of a family that is approved, too',
      tagged({ 'ami-action:family': 'db' }),
      approval({ families: ['web', 'db'] }),
      'approved'
    ],
    ['of another channel', tagged({ 'ami-action:channel': 'test' }), approval(), 'not approved'],
    ['a copy by somebody, with our tags', tagged({ 'ami-action:self': 'ami-2' }), approval(), 'not approved'],
    ['one whose tags nobody can see', { ...image(), tags: {} }, approval(), 'not approved'],
    ['one that is named', { ...image(), tags: {} }, BY_NAME, 'approved'],
    ['by an owner', image({ owners: ['137112412989', 'amazon'], tags: {} }), BY_OWNER, 'approved'],
    ['by another owner', image({ owners: ['444455556666'], tags: {} }), BY_OWNER, 'not approved'],
    [
      'that failed its verification, though it is named',
      tagged({ 'ami-action:verified': 'failed tests' }),
      BY_NAME,
      'not approved'
    ],
    [
      'that was rolled back',
      tagged({ 'ami-action:rolled-back': '2026-11-01 by somebody' }),
      approval(),
      'not approved'
    ],
    ['whose validity is over', tagged({ 'ami-action:valid-until': daysAgo(0).toISOString() }), approval(), 'expired'],
    [
      'whose validity is not over',
      tagged({ 'ami-action:valid-until': daysAgo(-1).toISOString() }),
      approval(),
      'approved'
    ],
    ['deprecated', image({ deprecatedAt: daysAgo(1) }), approval(), 'deprecated'],
    ['to be deprecated', image({ deprecatedAt: daysAgo(-1) }), approval(), 'approved'],
    ['disabled', image({ state: 'disabled' }), approval(), 'disabled'],
    ['deregistered', image({ state: 'deregistered', tags: {} }), approval(), 'deregistered'],
    ['that EC2 could not make', image({ state: 'failed' }), approval(), 'not approved']
  ])('%s', (_, found, given, verdict) => {
    expect(judgeImage(found, given, NOW)).toBe(verdict)
  })

  test('what is good once it is approved is never bad before it is over', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -100, max: 100 }), (until, deprecated) => {
        const found = {
          ...tagged({ 'ami-action:valid-until': daysAgo(until).toISOString() }),
          deprecatedAt: daysAgo(deprecated)
        }
        expect(judgeImage(found, approval(), NOW) === 'approved').toBe(until < 0 && deprecated < 0)
      })
    )
  })
})

describe('what a group would launch', () => {
  const source = (imageIds: readonly string[]): LaunchSource => ({
    kind: 'Auto Scaling group',
    name: 'web',
    by: 'launch template web',
    imageIds,
    usesParameter: false
  })
  const images = new Map([
    ['ami-1', image()],
    ['ami-2', image({ imageId: 'ami-2', state: 'disabled' })]
  ])
  const judge = (ids: readonly string[]) => {
    const facts = { place: { region: 'us-east-1' }, images, sources: [source(ids)], oneTimeSpot: new Set<string>() }
    return judgePlace({ ...facts, instances: [instance()] }, approval(), NOW).sources[0]?.verdict
  }

  test.each<[string, readonly string[], Verdict]>([
    ['a good image', ['ami-1'], 'approved'],
    ['a bad one among good ones', ['ami-1', 'ami-2'], 'disabled'],
    ['one that nobody knows', ['ami-1', 'ami-3'], 'unknown'],
    ['nothing that is known', [], 'unknown']
  ])('%s', (_, ids, verdict) => {
    expect(judge(ids)).toBe(verdict)
  })
})
