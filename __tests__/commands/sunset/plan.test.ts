import { describe, expect, test } from '@jest/globals'
import type { ImageFacts, PlaceFacts } from '../../../src/commands/sunset/facts.ts'
import { findUnexamined, planSunset } from '../../../src/commands/sunset/plan/plan.ts'
import type { Policy } from '../../../src/commands/sunset/policy.ts'
import { AmiError } from '../../../src/errors.ts'
import { TAGS } from '../../../src/image/tags.ts'
import {
  ago,
  BIN,
  daysAgo,
  deprecated,
  disabled,
  HOME,
  head,
  image,
  NOW,
  OWNER,
  POLICY,
  PRIVATE,
  place,
  shared,
  snapshotOf
} from './sunset-facts.ts'

const UNKNOWN = { unknown: new AmiError('PERMISSION', 'ec2:DescribeImages failed') }
const used = (imageId: string) => ({ name: 'instances', uses: [{ imageId, by: 'the instance i-1' }] })

/** What is decided about the first of the images, beside a published head. */
function decide(subject: ImageFacts, more: Partial<PlaceFacts> = {}, policy: Partial<Policy> = {}, others = [head()]) {
  const places = [place([subject, ...others], more)]
  const plan = planSunset({ now: NOW, places }, { ...POLICY, keep: 1, ...policy })
  const decision = plan.decisions.find(each => each.subject.image.imageId === subject.imageId)
  return { plan, action: decision?.action, codes: decision?.reasons.map(({ code }) => code), decision }
}

const old = (tags: Record<string, string | undefined> = {}, more: Partial<ImageFacts> = {}): ImageFacts =>
  image('ami-1', 90, { ...more, tags })

describe('an image that is current', () => {
  test.each<[string, ImageFacts, Parameters<typeof decide>[1], string, string]>([
    ['expired, with a newer one published', old(), {}, 'deprecate', 'due'],
    ['still valid', image('ami-1', 30), {}, 'keep', 'not-yet'],
    ['valid as its tag says, whatever the recipe', old({ [TAGS.validUntil]: ago(-5) }), {}, 'keep', 'not-yet'],
    ['without a tag: valid as the recipe says', old({ [TAGS.validUntil]: undefined }), {}, 'deprecate', 'due'],
    [
      'of unknown age',
      old({ [TAGS.validUntil]: undefined, [TAGS.bakedAt]: undefined }),
      {},
      'keep',
      'age-unknown no-successor'
    ],
    ['held by somebody', old({ [TAGS.hold]: 'legal' }), {}, 'keep', 'held'],
    ['being copied into another account', old({ [TAGS.lent]: 'run-1' }), {}, 'keep', 'lent'],
    ['managed by AWS Backup', old({ 'aws:backup:source-resource': 'x' }), {}, 'keep', 'backup'],
    ['brought back, for a while', old({ [TAGS.notBefore]: ago(-3) }), {}, 'keep', 'brought-back'],
    ['brought back long ago', old({ [TAGS.notBefore]: ago(3) }), {}, 'deprecate', 'due'],
    ['in use: deprecating takes nothing away', old(), { sources: [used('ami-1')] }, 'deprecate', 'due'],
    ['pending', old({}, { state: 'pending' }), {}, 'keep', 'state'],
    [
      'failed its verification, seen by nobody',
      image('ami-1', 1, { tags: { [TAGS.verified]: 'failed boots' } }),
      {},
      'deprecate',
      'due'
    ],
    [
      'failed its verification, shared',
      image('ami-1', 1, { tags: { [TAGS.verified]: 'failed boots' } }),
      { details: new Map([['ami-1', shared({ value: { kind: 'none' } })]]) },
      'keep',
      'not-yet no-successor'
    ],
    ['a test that is past its window', old({ [TAGS.channel]: 'test' }), {}, 'deprecate', 'due']
  ])('%s', (_, subject, more, action, codes) => {
    const decided = decide(subject, more)
    expect({ action: decided.action, codes: decided.codes?.join(' ') }).toEqual({ action, codes })
  })

  test('the published one stays, and its line is overdue once it has expired', () => {
    const { action, codes, plan } = decide(head('ami-1', 90), {}, {}, [])
    expect({ action, codes }).toEqual({ action: 'keep', codes: ['published', 'no-successor', 'frozen'] })
    expect(plan.lines).toMatchObject([{ isOverdue: true, frozen: 'the published ami-1 expired on 2026-10-02' }])
  })

  test.each<[string, ImageFacts[], string[]]>([
    ['nothing is published', [image('ami-new', 1)], ['no-successor', 'frozen']],
    ['the published one is older', [head('ami-new', 95)], ['no-successor', 'frozen']],
    [
      'the published one is not verified',
      [{ ...head(), tags: { ...head().tags, [TAGS.verified]: '' } }],
      ['no-successor', 'frozen']
    ],
    ['the published one is disabled', [{ ...head(), state: 'disabled' }], ['no-successor', 'frozen']],
    [
      'the published one is of another architecture',
      [{ ...head(), architecture: 'arm64' }],
      ['no-successor', 'frozen']
    ],
    [
      'the published one is somebody’s copy',
      [{ ...head(), tags: { ...head().tags, [TAGS.self]: 'ami-x' } }],
      ['no-successor', 'frozen']
    ]
  ])('stays where %s', (_, others, codes) => {
    expect(decide(old(), {}, {}, others)).toMatchObject({ action: 'keep', codes })
  })
})

describe('an image that is deprecated', () => {
  const gone = deprecated('ami-1', 14)
  test.each<[string, ImageFacts, Parameters<typeof decide>[1], Partial<Policy>, string, string]>([
    ['long enough, and unused', gone, {}, {}, 'disable', 'due'],
    ['not long enough', deprecated('ami-1', 13.9), {}, {}, 'keep', 'not-yet'],
    ['since when nobody has noted', { ...gone, tags: old().tags }, {}, {}, 'keep', 'not-yet'],
    ['noted later than EC2 did it', deprecated('ami-1', 20, { [TAGS.stageSince]: ago(30) }), {}, {}, 'disable', 'due'],
    ['noted before EC2 did it', deprecated('ami-1', 5, { [TAGS.stageSince]: ago(30) }), {}, {}, 'keep', 'not-yet'],
    ['in use', gone, { sources: [used('ami-1')] }, {}, 'keep', 'in-use'],
    ['of unknown age', deprecated('ami-1', 20, { [TAGS.bakedAt]: undefined }), {}, {}, 'keep', 'age-unknown'],
    ['one of those kept for a rollback', gone, {}, { keep: 2 }, 'keep', 'rollback'],
    ['launched lately', { ...gone, lastLaunchedAt: daysAgo(29) }, {}, {}, 'keep', 'launched'],
    ['launched long ago', { ...gone, lastLaunchedAt: daysAgo(31) }, {}, {}, 'disable', 'due'],
    ['protected by somebody', { ...gone, protection: 'enabled-without-cooldown' }, {}, {}, 'keep', 'protected'],
    ['of which nothing more is known', gone, { details: new Map() }, {}, 'keep', 'unexamined'],
    [
      'in a region where a source failed',
      gone,
      { sources: [{ name: 'fleets', uses: [], missing: UNKNOWN.unknown }] },
      {},
      'keep',
      'stopped'
    ],
    ['in a region where nothing is in use', gone, { sources: [] }, {}, 'keep', 'stopped'],
    ['where nothing in use is expected', gone, { sources: [] }, { inUseFloor: 0 }, 'disable', 'due']
  ])('%s', (_, subject, more, policy, action, codes) => {
    const decided = decide(subject, more, policy)
    expect({ action: decided.action, codes: decided.codes?.join(' ') }).toEqual({ action, codes })
  })

  const report = (accounts: string[], days = 1) => ({
    value: { kind: 'available' as const, at: daysAgo(days), accounts }
  })
  test.each<[string, ReturnType<typeof shared>, string, boolean]>([
    ['no report yet: one is asked for', shared({ value: { kind: 'none' } }), 'keep', true],
    ['the report is being made', shared({ value: { kind: 'pending' } }), 'keep', false],
    ['the report is too old: another is asked for', shared(report([], 8)), 'keep', true],
    ['another account uses it', shared(report(['444455556666'])), 'keep', false],
    ['nobody but us uses it', shared(report([OWNER])), 'disable', false],
    ['EC2 knows what names it', { ...PRIVATE, namedBy: { value: ['arn:x'] } }, 'keep', false],
    ['what names it could not be read', { ...PRIVATE, namedBy: UNKNOWN }, 'keep', false],
    ['the report could not be read', shared(UNKNOWN), 'keep', false],
    [
      'the sharing could not be read',
      { launchPermissions: UNKNOWN, usage: report([]), namedBy: { value: [] } },
      'keep',
      false
    ],
    ['shared with nobody', PRIVATE, 'disable', false]
  ])('and shared: %s', (_, details, action, requestReport) => {
    expect(decide(gone, { details: new Map([['ami-1', details]]) }).decision).toMatchObject({ action, requestReport })
  })

  test('a protection with cooldown is taken off meanwhile', () => {
    const { action, decision } = decide({ ...gone, protection: 'enabled-with-cooldown' })
    expect({ action, unprotect: decision?.unprotect }).toEqual({ action: 'disable', unprotect: true })
  })
})

describe('an image that is disabled', () => {
  const gone = disabled('ami-1', 14)
  const snapshots = (more: object) => ({ snapshots: { value: [{ ...snapshotOf(gone), ...more }] } })
  const rules = 'value' in BIN ? BIN.value : []
  const bin = (index: number, more: object) => ({
    bin: { value: rules.map((rule, i) => (i === index ? { ...rule, ...more } : rule)) }
  })
  test.each<[string, ImageFacts, Parameters<typeof decide>[1], Partial<Policy>, string, string]>([
    ['long enough', gone, {}, {}, 'deregister', 'due'],
    ['not long enough', disabled('ami-1', 13.9), {}, {}, 'keep', 'not-yet'],
    [
      'by somebody else, or nobody knows when',
      disabled('ami-1', 99, { [TAGS.stage]: undefined }),
      {},
      {},
      'keep',
      'not-yet'
    ],
    ['noted as deprecated', disabled('ami-1', 99, { [TAGS.stage]: 'deprecated' }), {}, {}, 'keep', 'not-yet'],
    ['in use again', gone, { sources: [used('ami-1')] }, {}, 'keep', 'in-use'],
    ['its protection cools down', { ...gone, protection: `disabled after ${ago(-0.5)}` }, {}, {}, 'keep', 'protected'],
    [
      'its protection has cooled down',
      { ...gone, protection: `disabled after ${ago(0.5)}` },
      {},
      {},
      'deregister',
      'due'
    ],
    ['its protection is not known', { ...gone, protection: '' }, {}, {}, 'keep', 'protected'],
    ['no Recycle Bin', gone, { bin: { value: [] } }, {}, 'keep', 'bin'],
    ['the Recycle Bin keeps snapshots for a shorter time', gone, bin(1, { retentionDays: 13 }), {}, 'keep', 'bin'],
    ['the Recycle Bin’s rule is pending', gone, bin(0, { isAvailable: false }), {}, 'keep', 'bin'],
    ['the Recycle Bin’s rule is for others', gone, bin(0, { tags: [{ key: 'team', value: 'x' }] }), {}, 'keep', 'bin'],
    [
      'the Recycle Bin’s rule is for it',
      gone,
      bin(0, { tags: [{ key: TAGS.family, value: 'web' }] }),
      {},
      'deregister',
      'due'
    ],
    ['the Recycle Bin’s rule leaves it out', gone, bin(0, { excludedTags: [{ key: TAGS.family }] }), {}, 'keep', 'bin'],
    ['the Recycle Bin could not be read', gone, { bin: UNKNOWN }, {}, 'keep', 'bin'],
    ['no Recycle Bin, and none needed', gone, { bin: { value: [] } }, { allowPermanent: true }, 'deregister', 'due'],
    [
      'no Recycle Bin, but it failed and nobody has seen it',
      disabled('ami-1', 14, { [TAGS.verified]: 'failed boots' }),
      { bin: { value: [] } },
      {},
      'deregister',
      'due'
    ],
    [
      'no Recycle Bin, and it failed but was published',
      disabled('ami-1', 14, { [TAGS.verified]: 'failed boots', [TAGS.published]: 'superseded' }),
      { bin: { value: [] } },
      {},
      'keep',
      'bin'
    ],
    [
      'no Recycle Bin, and it failed but was shared',
      disabled('ami-1', 14, { [TAGS.verified]: 'failed boots', [TAGS.shared]: '1' }),
      { bin: { value: [] } },
      {},
      'keep',
      'bin'
    ],
    ['a snapshot is locked', gone, snapshots({ isLocked: true }), {}, 'keep', 'locked'],
    ['a snapshot is missing', gone, snapshots({ snapshotId: 'snap-x' }), {}, 'keep', 'locked'],
    ['the snapshots could not be read', gone, { snapshots: UNKNOWN }, {}, 'keep', 'locked']
  ])('%s', (_, subject, more, policy, action, codes) => {
    const decided = decide(subject, more, policy)
    expect({ action: decided.action, codes: decided.codes?.join(' ') }).toEqual({ action, codes })
  })

  test('a protection that somebody put back is taken off again', () => {
    const { action, decision } = decide({ ...gone, protection: 'enabled-with-cooldown' })
    expect({ action, unprotect: decision?.unprotect }).toEqual({ action: 'keep', unprotect: true })
  })
})

describe('whose images are looked at', () => {
  test.each<[string, ImageFacts]>([
    ['one without our tag', old({ [TAGS.managed]: undefined })],
    ['a colleague’s copy that carries our tags', old({ [TAGS.self]: 'ami-2' })],
    ['one that is not finished', old({ [TAGS.self]: undefined })],
    ['one of another account', old({}, { ownerId: '444455556666' })],
    ['one of another family', old({ [TAGS.family]: 'db' })]
  ])('not %s', (_, subject) => {
    expect(decide(subject).decision).toBeUndefined()
  })
})

describe('the journal', () => {
  const noted = (subject: ImageFacts) => decide(subject).decision?.journal
  test.each<[string, ImageFacts, object]>([
    ['nothing to note', old(), { set: {}, remove: [] }],
    [
      'deprecated by others: from now',
      image('ami-1', 90, { deprecatedAt: daysAgo(5) }),
      { set: { [TAGS.stage]: 'deprecated', [TAGS.stageSince]: NOW.toISOString() }, remove: [] }
    ],
    [
      'a run was killed once EC2 had disabled it: from now',
      disabled('ami-1', 30, { [TAGS.stage]: 'disabling' }),
      { set: { [TAGS.stage]: 'disabled', [TAGS.stageSince]: NOW.toISOString() }, remove: [] }
    ],
    [
      'a run was killed before EC2 had disabled it',
      deprecated('ami-1', 20, { [TAGS.stage]: 'disabling' }),
      { set: {}, remove: [] }
    ],
    [
      'enabled again by somebody: from now',
      deprecated('ami-1', 20, { [TAGS.stage]: 'disabled' }),
      { set: { [TAGS.stage]: 'deprecated', [TAGS.stageSince]: NOW.toISOString() }, remove: [] }
    ],
    [
      'no longer deprecated: it stays for a while',
      old({ [TAGS.stage]: 'deprecated', [TAGS.stageSince]: ago(5) }),
      { set: { [TAGS.notBefore]: ago(-14) }, remove: [TAGS.stage, TAGS.stageSince] }
    ]
  ])('%s', (_, subject, journal) => {
    expect(noted(subject)).toEqual(journal)
  })
})

describe('how many', () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => image(`ami-${100 + i}`, 70 + i))
  const plan = (images: ImageFacts[], policy: Partial<Policy>) =>
    planSunset({ now: NOW, places: [place([head(), ...images])] }, { ...POLICY, keep: 1, ...policy })
  const acted = (made: ReturnType<typeof plan>) =>
    made.decisions.filter(({ action }) => action !== 'keep').map(({ subject }) => subject.image.imageId)

  test('the oldest first, as many as the recipe allows', () => {
    expect(acted(plan(many(9), { maxImages: 2 }))).toEqual(['ami-107', 'ami-108'])
    expect(acted(plan(many(39), { maxPercent: 10 }))).toHaveLength(4)
    expect(acted(plan(many(3), { maxPercent: 10 }))).toHaveLength(1)
    expect(acted(plan(many(3), { maxPercent: 0 }))).toEqual([])
    expect(acted(plan(many(3), { maxImages: 0 }))).toEqual([])
  })

  test('what failed goes before all others', () => {
    const failed = image('ami-failed', 1, { tags: { [TAGS.verified]: 'failed boots' } })
    expect(acted(plan([failed, ...many(3)], { maxImages: 1 }))).toEqual(['ami-failed'])
  })

  test('more than half at once is not believed', () => {
    const made = plan(
      Array.from({ length: 8 }, (_, i) => deprecated(`ami-${i}`, 20)),
      { maxImages: 5, maxPercent: 10 }
    )
    expect(acted(made)).toEqual([])
    expect(made.stops.map(({ error }) => error.message)).toEqual([
      'Expected at most 50 % of 9 images to be due at once, found 8'
    ])
  })

  test('what needs a closer look is named in the order that it is due', () => {
    const images = [deprecated('ami-young', 20), deprecated('ami-old', 30), image('ami-valid', 2)]
    const made = planSunset(
      { now: NOW, places: [place([head(), ...images], { details: new Map() })] },
      { ...POLICY, keep: 1 }
    )
    expect(findUnexamined(made).map(subject => subject.image.imageId)).toEqual(['ami-old', 'ami-young'])
  })
})

test('a region that could not be read keeps all it has, and takes nothing from another', () => {
  const other = place([], { place: 'eu-west-1', region: 'eu-west-1', images: UNKNOWN })
  const places = [place([head(), deprecated('ami-1', 20)]), other]
  const { decisions, stops } = planSunset({ now: NOW, places }, { ...POLICY, keep: 1 })
  expect(decisions.map(({ action }) => action)).toEqual(['keep', 'disable'])
  expect(stops).toEqual([{ place: 'eu-west-1', error: UNKNOWN.unknown }])
})

test('an image stays while a copy of it is being made', () => {
  const copy = image('ami-copy', 100, {
    state: 'pending',
    tags: { [TAGS.copiedFrom]: `${HOME}/ami-1`, [TAGS.self]: undefined }
  })
  const other = place([copy], { place: 'eu-west-1', region: 'eu-west-1' })
  const { decisions } = planSunset({ now: NOW, places: [place([old(), head()]), other] }, POLICY)
  expect(decisions.find(({ subject }) => subject.image.imageId === 'ami-1')).toMatchObject({
    action: 'keep',
    reasons: [{ code: 'being-copied', text: 'a copy of it is being made' }]
  })
})
