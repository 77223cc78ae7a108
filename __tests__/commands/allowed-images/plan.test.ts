import type { ImageCriterion } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { AllowedImagesFacts } from '../../../src/commands/allowed-images/facts.ts'
import { planAllowedImages } from '../../../src/commands/allowed-images/plan.ts'

const NOW = new Date('2026-06-15T00:00:00.000Z')
const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * 86_400_000)
const RUNNING = [{ instanceId: 'i-1', imageId: 'ami-1' }]
const AMAZON = [{ ImageProviders: ['amazon'] }]

const facts = (more: Partial<AllowedImagesFacts> = {}): AllowedImagesFacts => ({
  state: 'audit-mode',
  criteria: AMAZON,
  managedBy: 'account',
  providers: ['amazon'],
  disallowed: [],
  ...more
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html
describe('Allowed AMIs', () => {
  test.each<[name: string, asked: 'audit' | 'enable', facts: AllowedImagesFacts, expected: object]>([
    [
      'that are disabled are audited first',
      'enable',
      facts({ state: 'disabled', criteria: [] }),
      { criteria: AMAZON, cleanSince: NOW, state: 'audit-mode' }
    ],
    ['that are audited for the first time begin their week', 'enable', facts(), { cleanSince: NOW }],
    ['are not enabled before a week is over', 'enable', facts({ cleanSince: daysAgo(6) }), {}],
    ['are enabled after a clean week', 'enable', facts({ cleanSince: daysAgo(7) }), { state: 'enabled' }],
    ['stay audited where that is what is asked', 'audit', facts({ cleanSince: daysAgo(70) }), {}],
    [
      'begin their week anew where something runs that is not allowed',
      'enable',
      facts({ cleanSince: daysAgo(70), disallowed: RUNNING }),
      { cleanSince: NOW }
    ],
    [
      'begin their week anew with a new owner',
      'enable',
      facts({ cleanSince: daysAgo(70), providers: ['amazon', '111122223333'] }),
      { criteria: [{ ImageProviders: ['amazon', '111122223333'] }], cleanSince: NOW }
    ],
    [
      'that are enabled already allow a new owner, too',
      'enable',
      facts({ state: 'enabled', providers: ['111122223333'] }),
      { criteria: [{ ImageProviders: ['amazon', '111122223333'] }] }
    ],
    [
      'keep a criterion with conditions as it is',
      'audit',
      facts({ criteria: [{ ImageProviders: ['amazon'], ImageNames: ['al2023-*'] }], cleanSince: NOW }),
      {
        criteria: [{ ImageProviders: ['amazon'], ImageNames: ['al2023-*'] }, { ImageProviders: ['amazon'] }],
        cleanSince: NOW
      }
    ]
  ])('%s', (_, asked, given, expected) => {
    const { notes, ...plan } = planAllowedImages(asked, given, NOW)
    expect(plan).toEqual(expected)
    expect(notes.length).toBeGreaterThan(0)
  })

  test('that a declarative policy manages are refused', () => {
    expect(() => planAllowedImages('audit', facts({ managedBy: 'declarative-policy' }), NOW)).toThrow(
      'Expected Allowed AMIs to be managed by the account, found declarative-policy'
    )
  })

  test('without room for another criterion are refused', () => {
    const criteria = Array.from({ length: 10 }, (_, i) => ({ ImageNames: [`web-${i}`] }))
    expect(() => planAllowedImages('audit', facts({ criteria }), NOW)).toThrow('Expected room for a criterion')
  })
})

test('property: they are enabled only from a clean audit of a week, and no criterion is ever lost', () => {
  const anyFacts = fc.record({
    state: fc.constantFrom('disabled' as const, 'audit-mode' as const, 'enabled' as const),
    criteria: fc.array(fc.constantFrom<ImageCriterion>({ ImageProviders: ['amazon'] }, { ImageNames: ['web-*'] }), {
      maxLength: 3
    }),
    managedBy: fc.constant('account'),
    providers: fc.subarray(['amazon', '111122223333']),
    disallowed: fc.subarray(RUNNING),
    cleanSince: fc.integer({ min: 0, max: 20 }).map(daysAgo)
  })
  fc.assert(
    fc.property(anyFacts, given => {
      const { state, criteria } = planAllowedImages('enable', given, NOW)
      const isClean = given.disallowed.length === 0 && given.cleanSince <= daysAgo(7)
      if (state === 'enabled') expect([given.state, isClean, criteria]).toEqual(['audit-mode', true, undefined])
      const names = (criteria ?? given.criteria).filter(each => 'ImageNames' in each)
      expect(names).toEqual(given.criteria.filter(each => 'ImageNames' in each))
    })
  )
})
