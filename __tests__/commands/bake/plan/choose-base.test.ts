import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { chooseBase } from '../../../../src/commands/bake/plan/choose-base.ts'
import { facts, image, load, refusals } from '../bake-facts.ts'

const BY_ID = 'base: { id: ami-0123456789abcdef0 }'
const BY_PATTERN = 'base: { owners: [amazon], name: "debian-13-*" }'
const BY_NAME = 'base: { owners: [amazon, self], name: debian-13 }'
const BY_PARAMETER = 'base: { ssm: /aws/service/debian/13 }'

const found = (ImageId: string, day: number, more = {}) =>
  image({ ImageId, CreationDate: `2026-05-${String(day).padStart(2, '0')}T00:00:00.000Z`, ...more })

describe('the base', () => {
  test.each([
    ['an id', BY_ID],
    ['an SSM parameter', BY_PARAMETER],
    ['a pattern', BY_PATTERN],
    ['a name', BY_NAME]
  ])('is the one image of %s', (_, base) => {
    expect(chooseBase(load(base), facts())).toEqual(image())
  })

  test('is the newest match of a pattern, in whatever order EC2 lists them', () => {
    const matches = [1, 2, 3, 4].map(day => found(`ami-${day}`, day))
    fc.assert(
      fc.property(fc.shuffledSubarray(matches, { minLength: 1 }), bases => {
        const newest = [...bases].sort((a, b) => Number(b.ImageId?.slice(4)) - Number(a.ImageId?.slice(4)))[0]
        expect(chooseBase(load(BY_PATTERN), facts({ bases })).ImageId).toBe(newest?.ImageId)
      })
    )
  })

  test('may be as old as max-age says, to the second', () => {
    const base = 'base: { id: ami-0123456789abcdef0, max-age: 30d }'
    expect(chooseBase(load(base), facts()).ImageId).toBe('ami-0123456789abcdef0')
  })
})

describe('refused', () => {
  const WHO = 'ami-0123456789abcdef0 (debian-13)'
  test.each([
    [
      'an id of no image',
      BY_ID,
      [],
      'Expected a base image, found none: ami-0123456789abcdef0 matches no image in us-east-1 that this account may use'
    ],
    [
      'a pattern of no image',
      BY_PATTERN,
      [],
      'Expected a base image, found none: the name debian-13-* of owner amazon matches no image in us-east-1 that this account may use'
    ],
    [
      'a parameter of no image',
      BY_PARAMETER,
      [],
      'Expected a base image, found none: the SSM parameter /aws/service/debian/13 matches no image in us-east-1 that this account may use'
    ],
    [
      'an image that is not ready',
      BY_ID,
      [image({ State: 'pending' })],
      `Expected a base backed by EBS, found ${WHO}: its state is pending`
    ],
    [
      'an image without a snapshot',
      BY_ID,
      [image({ RootDeviceType: 'instance-store' })],
      `Expected a base backed by EBS, found ${WHO}: its root device is instance-store`
    ]
  ])('%s', (_, base, bases, message) => {
    expect(refusals(() => chooseBase(load(base), facts({ bases })))).toEqual([{ code: 'BASE', message, line: 3 }])
  })

  test('matches of two architectures', () => {
    const bases = [found('ami-1', 1), found('ami-2', 2, { Architecture: 'arm64' })]
    expect(refusals(() => chooseBase(load(BY_PATTERN), facts({ bases })))).toEqual([
      {
        code: 'BASE',
        message:
          'Expected one base, found images of arm64 and x86_64: ami-2 (debian-13, owner 136693071363, arm64), ami-1 (debian-13, owner 136693071363, x86_64)',
        hint: 'Add `architecture: x86_64` or `architecture: arm64` to the base.',
        line: 3
      }
    ])
  })

  test('two images of one name; of many, four are named', () => {
    const bases = [1, 2, 3, 4, 5].map(day => found(`ami-${day}`, day, { OwnerId: `owner-${day}` }))
    const [refusal] = refusals(() => chooseBase(load(BY_NAME), facts({ bases })))
    expect(refusal).toEqual({
      code: 'BASE',
      message: `Expected one base named debian-13, found 5: ${[5, 4, 3, 2].map(n => `ami-${n} (debian-13, owner owner-${n}, x86_64)`).join(', ')}`,
      hint: 'Name one owner, or take the base by id.',
      line: 3
    })
  })

  describe('a base that is stale, unless the recipe only wants a warning:', () => {
    const tag = (Key: string, Value: string) => ({ Tags: [{ Key, Value }] })
    test.each([
      ['too old', { CreationDate: '2026-05-01T00:00:00.000Z' }, 'which is 31 d 12 h old, more than max-age (30 d)'],
      ['deprecated', { DeprecationTime: '2026-05-31T00:00:00.000Z' }, 'which was deprecated on 2026-05-31'],
      [
        'past its own validity',
        tag('ami-action:valid-until', '2026-05-31T00:00:00.000Z'),
        'which was valid until 2026-05-31'
      ]
    ])('%s', (_, more, why) => {
      const bases = [image(more)]
      const choose = (stale: string) =>
        chooseBase(load(`base: { id: ami-0123456789abcdef0, max-age: 30d, stale: ${stale} }`), facts({ bases }))
      expect(refusals(() => choose('refuse'))).toEqual([
        {
          code: 'BASE',
          message: `Expected a fresh base, found ${WHO}, ${why}`,
          hint: 'Take a newer base, or say `base: { stale: warn }`.',
          line: 3
        }
      ])
      expect(choose('warn').ImageId).toBe('ami-0123456789abcdef0')
    })
  })
})
