import type { Image, ImageFinding } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { judgeReuse, type ReuseOrder } from '../../../../src/commands/bake/due/reuse.ts'
import { image, load, NOW } from '../bake-facts.ts'

const WANTED = { digest: 'd1', parts: 'base=1,volumes=2,provision=3,seal=4', baseImageId: 'ami-base' }
const RELEASE: ReuseOrder = { channel: 'release', force: false }

/** A good image of the wanted content; tags that are undefined are left out. */
function baked(tags: Record<string, string | undefined> = {}, more: Partial<Image> = {}): Image {
  const id = more.ImageId ?? 'ami-good'
  const all = {
    'ami-action:self': id,
    'ami-action:digest': 'd1',
    'ami-action:channel': 'release',
    'ami-action:base': 'ami-base',
    'ami-action:baked-at': '2026-05-01T00:00:00.000Z',
    'ami-action:valid-until': '2026-07-01T00:00:00.000Z',
    ...tags
  }
  const Tags = Object.entries(all).flatMap(([Key, Value]) => (Value === undefined ? [] : [{ Key, Value }]))
  const ScanResults = { FindingScanDate: new Date('2026-05-30') }
  return image({ ImageId: id, Name: 'web-1', ScanResults, ...more, Tags })
}

const judge = (family: Image[], findings: ImageFinding[] = [], order: Partial<ReuseOrder> = {}, ...lines: string[]) =>
  judgeReuse(load(...lines), WANTED, { now: NOW, family, findings }, { ...RELEASE, ...order })

test('a good image of the same content is used again', () => {
  expect(judge([baked()])).toMatchObject({
    kind: 'reuse',
    image: { imageId: 'ami-good', name: 'web-1' },
    reason: 'ami-good has the same content and is valid until 2026-07-01',
    warnings: []
  })
})

test('of several, the one that is valid longest', () => {
  const longest = baked({ 'ami-action:valid-until': '2026-08-01T00:00:00.000Z' }, { ImageId: 'ami-longest' })
  expect(judge([baked(), longest, baked()])).toMatchObject({ image: { imageId: 'ami-longest' } })
})

describe('an image is made, and the reason named:', () => {
  test.each<[why: string, family: Image[], reason: string]>([
    ['the first one', [], 'there is no image of this family in the channel release yet'],
    [
      'the base moved',
      [baked({ 'ami-action:digest': 'd0', 'ami-action:base': 'ami-old' })],
      'the base moved from ami-old to ami-base since ami-good'
    ],
    [
      'the recipe changed',
      [baked({ 'ami-action:digest': 'd0', 'ami-action:content': 'base=1,volumes=0,provision=0,seal=4' })],
      'the recipe (volumes, provision) changed since ami-good'
    ],
    [
      'the recipe changed since an image that does not say what it was made of',
      [baked({ 'ami-action:digest': 'd0' })],
      'the recipe changed since ami-good'
    ],
    [
      'a newer version of the action seals otherwise',
      [baked({ 'ami-action:digest': 'd0', 'ami-action:content': 'base=1,volumes=2,provision=3,seal=0' })],
      'the way this action seals changed since ami-good'
    ],
    [
      'the others are of another channel',
      [baked({ 'ami-action:channel': 'test' })],
      'there is no image of this family in the channel release yet'
    ],
    [
      'a copy that somebody else made carries the tags of its source',
      [baked({ 'ami-action:self': 'ami-source' })],
      'there is no image of this family in the channel release yet'
    ],
    [
      'its verification failed',
      [baked({ 'ami-action:verified': 'failed 2026-05-02T00:00:00Z' })],
      'ami-good has the same content, but it failed its verification'
    ],
    ['it is disabled', [baked({}, { State: 'disabled' })], 'ami-good has the same content, but it is disabled'],
    [
      'it is deprecated',
      [baked({}, { DeprecationTime: '2026-06-20T00:00:00.000Z' })],
      'ami-good has the same content, but it is on its way out: deprecated, or at a stage of sunset'
    ],
    [
      'it expires soon',
      [baked({ 'ami-action:valid-until': '2026-06-04T12:34:56.000Z' })],
      'ami-good expires in 3 d, within rebuild-before (7 d)'
    ],
    ['it expired', [baked({ 'ami-action:valid-until': '2026-05-31T00:00:00.000Z' })], 'ami-good expired on 2026-05-31']
  ])('%s', (_, family, reason) => {
    expect(judge(family)).toEqual({ kind: 'build', reason })
  })

  test('it is asked for', () => {
    expect(judge([baked()], [], { force: true })).toEqual({ kind: 'build', reason: 'the input force asks for it' })
  })

  test('test bakes are never used again', () => {
    expect(judge([baked({ 'ami-action:channel': 'test' })], [], { channel: 'test' })).toMatchObject({ kind: 'build' })
  })
})

describe('critical findings with a fix', () => {
  const finding = (more: Partial<ImageFinding> = {}): ImageFinding => ({
    Title: 'CVE-2026-0001 - openssl',
    SeverityLabel: 'critical',
    FixAvailable: true,
    FirstObservedAt: new Date('2026-05-02'),
    ...more
  })
  const scanned = (since: string) =>
    baked({}, { ScanResults: { FindingScanDate: new Date('2026-05-30'), CriticalFixAvailableSince: new Date(since) } })

  test('a fix that is newer than the image is a reason to build', () => {
    expect(judge([scanned('2026-05-20')], [finding()])).toEqual({
      kind: 'build',
      reason: 'ami-good has critical findings that can be mended: CVE-2026-0001 - openssl'
    })
  })

  test('a fix that the bake did not take in would not be taken in by the next one', () => {
    expect(judge([scanned('2026-04-20')], [finding()])).toMatchObject({
      kind: 'reuse',
      warnings: ['ami-good has critical findings whose fix was there before it was baked: CVE-2026-0001 - openssl']
    })
  })

  test('one that a later scan added is new, whatever the oldest fix', () => {
    const added = finding({ Title: 'CVE-2026-0002 - curl', FirstObservedAt: new Date('2026-05-20') })
    expect(judge([scanned('2026-04-20')], [finding(), added])).toEqual({
      kind: 'build',
      reason: 'ami-good has critical findings that can be mended: CVE-2026-0002 - curl'
    })
  })

  test.each<[string, Partial<ImageFinding>]>([
    ['that is not critical', { SeverityLabel: 'high' }],
    ['without a fix', { FixAvailable: false }]
  ])('one %s is none', (_, more) => {
    expect(judge([scanned('2026-05-20')], [finding(more)])).toMatchObject({ kind: 'reuse', warnings: [] })
  })

  test.each([
    ['in force', '2026-06-01', 'reuse'],
    ['that is over', '2026-05-31', 'build']
  ])('a waiver %s', (_, until, kind) => {
    const waivers = `verify: { findings: { waivers: [{ id: CVE-2026-0001, until: ${until}, why: not reachable }] } }`
    expect(judge([scanned('2026-05-20')], [finding()], {}, waivers)).toMatchObject({ kind })
  })

  test('an image that was never scanned is used again, and what is unknown is said', () => {
    expect(judge([baked({}, { ScanResults: undefined })])).toMatchObject({
      kind: 'reuse',
      warnings: ['ami-good was never scanned: whether it is vulnerable is unknown']
    })
  })
})

test('whatever the family looks like: what is used again is finished, available, of the same content and valid', () => {
  const maybe = <T>(value: T) => fc.option(fc.constant(value), { nil: undefined })
  const anyImage = fc
    .record({
      self: fc.constantFrom('ami-good', 'ami-other', undefined),
      digest: fc.constantFrom('d1', 'd0'),
      channel: fc.constantFrom('release', 'test'),
      until: fc.constantFrom('2026-05-01', '2026-06-02', '2026-09-01', 'never', undefined),
      state: fc.constantFrom('available', 'pending', 'failed', 'disabled', 'deregistered'),
      deprecation: maybe('2026-06-20T00:00:00.000Z'),
      verified: maybe('failed 2026-05-02'),
      stage: maybe('deprecated')
    })
    .map(({ self, digest, channel, until, state, deprecation, verified, stage }) =>
      baked(
        {
          'ami-action:self': self,
          'ami-action:digest': digest,
          'ami-action:channel': channel,
          'ami-action:valid-until': until,
          'ami-action:verified': verified,
          'ami-action:stage': stage
        },
        { State: state as Image['State'], DeprecationTime: deprecation }
      )
    )
  const isReusable = ({ State, DeprecationTime, Tags = [] }: Image) => {
    const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]))
    const isOurs = tags['ami-action:self'] === 'ami-good' && tags['ami-action:digest'] === 'd1'
    const isValid = tags['ami-action:valid-until'] === '2026-09-01' && tags['ami-action:channel'] === 'release'
    const isWell = !DeprecationTime && !tags['ami-action:verified'] && !tags['ami-action:stage']
    return State === 'available' && isOurs && isValid && isWell
  }
  fc.assert(
    fc.property(fc.array(anyImage, { maxLength: 4 }), family => {
      expect(judge(family).kind).toBe(family.some(isReusable) ? 'reuse' : 'build')
    }),
    { numRuns: 300 }
  )
})
