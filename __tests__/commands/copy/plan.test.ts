import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { planTarget } from '../../../src/commands/copy/plan.ts'
import { AmiError } from '../../../src/errors.ts'
import { arnOf, copyOf, HOME, OWNER, order, snapshotsOf, source, target, type Volumes } from './copy-facts.ts'

const [ROOT, DATA] = ['/dev/xvda', '/dev/sdf']
const PLAIN = { [ROOT]: undefined, [DATA]: undefined }
const MANAGED = { [ROOT]: arnOf(HOME, 'aws'), [DATA]: arnOf(HOME, 'aws') }
const CUSTOM = { [ROOT]: arnOf(HOME, 'mine'), [DATA]: arnOf(HOME, 'mine') }
const ONE_KEY = { kmsKey: 'alias/root' } as const
const TWO_KEYS = { keys: { 'eu-west-1': { [ROOT]: 'alias/root', [DATA]: 'alias/data' } } }

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html (KmsKeyId)
describe('the way to a copy', () => {
  test.each([
    ['a plain image as it is', PLAIN, order(), target(), { kind: 'copy-image', encrypted: false }],
    [
      'what AWS’s key encrypts stays with AWS’s key',
      MANAGED,
      order(),
      target(),
      { kind: 'copy-image', encrypted: false }
    ],
    [
      'one key: one CopyImage',
      CUSTOM,
      order(ONE_KEY),
      target(),
      { kind: 'copy-image', encrypted: true, key: arnOf('eu-west-1', 'root') }
    ],
    [
      'encrypt without a key: the default key',
      PLAIN,
      order({ kind: 'encrypt' }),
      target(),
      { kind: 'copy-image', encrypted: true, key: arnOf('eu-west-1', 'aws') }
    ],
    [
      'encrypt where the account has a default key of its own: that one',
      PLAIN,
      order({ kind: 'encrypt' }),
      target('eu-west-1', { byDefault: { isOn: false, key: 'alias/data' } }),
      { kind: 'copy-image', encrypted: true, key: arnOf('eu-west-1', 'data') }
    ],
    [
      'several keys: each snapshot by itself',
      CUSTOM,
      order(TWO_KEYS),
      target(),
      { kind: 'copy-snapshots', mappings: expect.any(Array) }
    ],
    [
      'another account: encrypted anew, with its default key',
      CUSTOM,
      order(),
      target('eu-west-1', { place: { region: 'eu-west-1', account: '444455556666' } }),
      { kind: 'copy-image', encrypted: true, key: arnOf('eu-west-1', 'aws') }
    ]
  ])('%s', (_, volumes, asked, place, action) => {
    expect(planTarget(asked, source(volumes), place).action).toEqual(action)
  })
})

describe('what is there already', () => {
  const plan = (copy: ReturnType<typeof copyOf>, volumes: Volumes, asked = order(ONE_KEY)) =>
    planTarget(
      asked,
      source(CUSTOM),
      target('eu-west-1', { images: [copy], snapshots: snapshotsOf(volumes, 'snap-copy') })
    )
  const right = { [ROOT]: arnOf('eu-west-1', 'root'), [DATA]: arnOf('eu-west-1', 'root') }
  const wrong = { [ROOT]: arnOf('eu-west-1', 'root'), [DATA]: arnOf('eu-west-1', 'data') }

  test('a copy with the keys that are asked for is left alone', () => {
    expect(plan(copyOf(right), right).action).toEqual({ kind: 'keep', imageId: 'ami-copy' })
  })

  test('one that EC2 still makes is taken up', () => {
    const pending = copyOf(right, { State: 'pending' }, { 'ami-action:self': '' })
    expect(plan(pending, {}).action).toEqual({ kind: 'finish', imageId: 'ami-copy' })
  })

  test('so is one that nobody finished', () => {
    expect(plan(copyOf(right, {}, { 'ami-action:self': '' }), right).action).toEqual({
      kind: 'finish',
      imageId: 'ami-copy'
    })
  })

  test('one with other keys stays, and another is made beside it', () => {
    const { action, imageName, discard } = plan(copyOf(wrong), wrong)
    expect({ kind: action.kind, discard }).toEqual({ kind: 'copy-image', discard: [] })
    expect(imageName).toMatch(/^web-1-[0-9a-f]{8}$/)
  })

  test('one that failed is discarded, and its name is free', () => {
    const failed = copyOf(right, { State: 'failed' }, { 'ami-action:self': '' })
    expect(plan(failed, right)).toMatchObject({ imageName: 'web-1', discard: [failed], action: { kind: 'copy-image' } })
  })

  test('what is somebody’s is not ours, though it has our tags', () => {
    const theirs = copyOf(right, {}, { 'ami-action:self': 'ami-another' })
    expect(plan(theirs, right).action.kind).toBe('copy-image')
  })

  test('at home it is the source itself', () => {
    const home = target(HOME)
    expect(planTarget(order(), source(MANAGED), home).action).toEqual({ kind: 'keep', imageId: 'ami-source' })
  })
})

describe('refused', () => {
  const refusal = (run: () => unknown): string => {
    try {
      run()
    } catch (error) {
      if (error instanceof AmiError) return `${error.code} ${error.message}`
      throw error
    }
    return 'nothing'
  }

  const LACKS_BOTH = `KEY Expected a key for ${ROOT} and ${DATA} in eu-west-1, as the source is encrypted with ${CUSTOM[ROOT]}; found none`

  test('a key of somebody’s choice is not replaced by another; every volume that lacks one is told', () => {
    expect(refusal(() => planTarget(order(), source(CUSTOM), target()))).toBe(LACKS_BOTH)
  })

  test('nor where the owner is named among the accounts', () => {
    const home = target('eu-west-1', { place: { region: 'eu-west-1', account: OWNER } })
    expect(refusal(() => planTarget(order({ kind: 'encrypt' }), source(CUSTOM), home))).toBe(LACKS_BOTH)
  })

  test('a volume without a key and a key that is not there are told together', () => {
    const asked = order({ keys: { 'eu-west-1': { [ROOT]: 'alias/none' } } })
    expect(refusal(() => planTarget(asked, source(CUSTOM), target()))).toBe(
      `KEY Expected a key for ${DATA} in eu-west-1, as the source is encrypted with ${CUSTOM[DATA]}; found none\nExpected a KMS key, found none named alias/none in eu-west-1`
    )
  })

  test('names that are all taken', () => {
    const first = planTarget(order(), source(PLAIN), target('eu-west-1', { images: [{ Name: 'web-1' }] })).imageName
    const taken = target('eu-west-1', { images: [{ Name: 'web-1' }, { Name: first }] })
    expect(refusal(() => planTarget(order(), source(PLAIN), taken))).toBe(
      `NAME Expected a name for the copy that is free in eu-west-1, found web-1 and ${first} in use`
    )
  })
})

describe('tags', () => {
  test('go with the copy, but for those of the source alone', () => {
    const tags = {
      team: 'a',
      'ami-action:family': 'web',
      'ami-action:self': 'ami-source',
      'ami-action:verified': 'passed'
    }
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
    expect(planTarget(order({ tags: { team: 'b' } }), source(PLAIN, { Tags }), target()).tags).toEqual({
      team: 'b',
      'ami-action:family': 'web',
      'ami-action:managed': 'true',
      'ami-action:run': 'run-1',
      'ami-action:copied-from': `${HOME}/ami-source`
    })
  })
})

// Whoever copies from such a copy would take back what its owner has shared since.
test('a copy does not carry that its source is lent to other accounts', () => {
  const Tags = ['ami-action:lent', 'ami-action:lent-1'].map(Key => ({ Key, Value: 'run-0 2026-01-01T00:00:00.000Z' }))
  expect(Object.keys(planTarget(order(), source(PLAIN, { Tags }), target()).tags).sort()).toEqual([
    'ami-action:copied-from',
    'ami-action:managed',
    'ami-action:run'
  ])
})

describe('for any image and order', () => {
  const anyVolumes = fc.dictionary(
    fc.constantFrom(ROOT, DATA, '/dev/sdg'),
    fc.constantFrom(undefined, arnOf(HOME, 'aws'), arnOf(HOME, 'mine')),
    { minKeys: 1, noNullPrototype: true }
  )
  const anyKeys = fc.dictionary(fc.constantFrom(ROOT, DATA, '/dev/sdg'), fc.constantFrom('alias/root', 'alias/data'), {
    noNullPrototype: true
  })
  const anyOrder = fc.record({
    kind: fc.constantFrom('copy' as const, 'encrypt' as const),
    keys: fc.record({ 'eu-west-1': anyKeys })
  })
  const anyPlace = fc.record({
    byDefault: fc.record({ isOn: fc.boolean(), key: fc.constantFrom('alias/aws/ebs', 'alias/data') }),
    place: fc.constantFrom({ region: 'eu-west-1' }, { region: 'eu-west-1', account: '444455556666' })
  })

  const planned = (volumes: Volumes, asked: Partial<Parameters<typeof order>[0]>, place: object) => {
    try {
      return planTarget(order(asked), source(volumes), target('eu-west-1', place))
    } catch (error) {
      if (error instanceof AmiError && error.code === 'KEY') return undefined
      throw error
    }
  }

  test('no volume loses its encryption, and each has the key that was asked for', () => {
    fc.assert(
      fc.property(anyVolumes, anyOrder, anyPlace, (volumes, asked, place) => {
        for (const { device, from, to } of planned(volumes, asked, place)?.volumes ?? []) {
          if (from || asked.kind === 'encrypt') expect(to).toBeDefined()
          const key = asked.keys['eu-west-1'][device]
          if (key) expect(to).toBe(arnOf('eu-west-1', key.replace('alias/', '')))
        }
      })
    )
  })

  test('a rerun leaves what the first run has made alone', () => {
    fc.assert(
      fc.property(anyVolumes, anyOrder, anyPlace, (volumes, asked, place) => {
        const first = planned(volumes, asked, place)
        if (!first) return
        const made = Object.fromEntries(first.volumes.map(({ device, to }) => [device, to]))
        const images = [copyOf(made, { Name: first.imageName })]
        const then = { ...place, images, snapshots: snapshotsOf(made, 'snap-copy') }
        expect(planned(volumes, asked, then)?.action).toEqual({ kind: 'keep', imageId: 'ami-copy' })
      })
    )
  })
})

test('the owner’s account is not another account', () => {
  const place = { region: HOME, account: OWNER }
  expect(planTarget(order(), source(PLAIN), target(HOME, { place })).action.kind).toBe('keep')
})
