import type { Image } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { planBake } from '../../../../src/commands/bake/plan/plan.ts'
import { digestParts, digestRecipe } from '../../../../src/recipe/digest.ts'
import { facts, image, load, NOW, ORDER, refusals } from '../bake-facts.ts'

const BASE = { baseImageId: 'ami-0123456789abcdef0', architecture: 'x86_64' }
test('a plan says all that a bake will do', () => {
  const recipe = load('tags: { team: platform }', 'valid-for: 30d')
  const digest = digestRecipe(recipe, BASE)
  expect(planBake(recipe, facts({ subnets: [{ SubnetId: 'subnet-a', VpcId: 'vpc-1' }] }), ORDER)).toEqual({
    region: 'us-east-1',
    imageName: `web-20260601-123456-${digest.slice(0, 8)}`,
    description: 'web, baked from debian-13',
    baseImageId: 'ami-0123456789abcdef0',
    system: 'linux',
    origin: { id: 'ami-0123456789abcdef0', name: 'debian-13' },
    digest,
    validUntil: new Date('2026-07-01T12:34:56Z'),
    deadline: new Date('2026-06-01T13:39:56Z'),
    candidates: [
      { market: 'on-demand', instanceType: 'm7i.large', subnetId: 'subnet-a' },
      { market: 'on-demand', instanceType: 'm6i.large', subnetId: 'subnet-a' }
    ],
    vpcId: 'vpc-1',
    blockDeviceMappings: [
      { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, DeleteOnTermination: true, VolumeType: 'gp3' } }
    ],
    reason: 'it is the first',
    warnings: [],
    tags: {
      team: 'platform',
      'ami-action:managed': 'true',
      'ami-action:run': 'run-1',
      'ami-action:family': 'web',
      'ami-action:channel': 'release',
      'ami-action:digest': digest,
      'ami-action:content': digestParts(recipe, BASE),
      'ami-action:strategy': 'partial',
      'ami-action:base': 'ami-0123456789abcdef0',
      'ami-action:baked-at': '2026-06-01T12:34:56.000Z',
      'ami-action:valid-until': '2026-07-01T12:34:56.000Z'
    }
  })
})

describe('the builder’s deadline', () => {
  test.each([
    ['half of a short time-out later', 300, '2026-06-01T12:42:26.000Z'],
    ['at most five minutes later', 7200, '2026-06-01T14:39:56.000Z']
  ])('is after the bake’s own time-out: %s', (_, timeoutSeconds, deadline) => {
    expect(planBake(load(), facts(), { ...ORDER, timeoutSeconds }).deadline.toISOString()).toBe(deadline)
  })
})

describe('an image that a bake left unfinished', () => {
  const recipe = load()
  const digest = digestRecipe(recipe, BASE)
  const TAGS = {
    'ami-action:digest': digest,
    'ami-action:channel': 'release',
    'ami-action:valid-until': '2026-07-20T00:00:00.000Z'
  }
  const left = (tags: Record<string, string | undefined> = {}, more: Partial<Image> = {}): Image =>
    image({
      ImageId: 'ami-left',
      Name: 'web-1',
      State: 'pending',
      Tags: Object.entries({ ...TAGS, ...tags }).flatMap(([Key, Value]) =>
        Value === undefined ? [] : [{ Key, Value }]
      ),
      ...more
    })
  const plan = (...family: Image[]) => planBake(recipe, facts({ family }), ORDER)

  test.each(['pending', 'available'] as const)('is taken up while it is %s, with its validity', State => {
    const { unfinished, validUntil, tags } = plan(left({}, { State }))
    const until = new Date('2026-07-20T00:00:00Z')
    expect(unfinished).toEqual({ imageId: 'ami-left', name: 'web-1', validUntil: until })
    expect({ validUntil, tag: tags['ami-action:valid-until'] }).toEqual({ validUntil: until, tag: until.toISOString() })
  })

  test.each([
    ['finished', left({ 'ami-action:self': 'ami-left' })],
    ['of other content', left({ 'ami-action:digest': 'f'.repeat(64) })],
    ['of another channel', left({ 'ami-action:channel': 'test' })],
    ['failed', left({}, { State: 'failed' })],
    ['of no digest', left({ 'ami-action:digest': undefined })],
    ['no longer valid', left({ 'ami-action:valid-until': NOW.toISOString() })],
    ['of no validity', left({ 'ami-action:valid-until': undefined })],
    ['without tags', image()]
  ])('is left alone where it is %s', (_, found) => {
    expect(plan(found).unfinished).toBeUndefined()
  })

  test('is found among others', () => {
    const others = [left({ 'ami-action:self': 'x' }, { ImageId: 'ami-done' }), left({}, { ImageId: 'ami-left' })]
    expect(plan(...others).unfinished?.imageId).toBe('ami-left')
  })
})

describe('problems', () => {
  const NOISE = Array.from({ length: 40_000 }, (_, i) => i.toString(36)).join('')
  /** Lines of a recipe that stand in the way, and what is said of them. */
  const BROKEN: readonly { readonly line: string; readonly messages: readonly unknown[] }[] = [
    {
      line: 'builder: { instance-types: [x9.large] }',
      messages: ['Expected an instance type that us-east-1 has, found x9.large']
    },
    {
      line: 'volumes: [{ device: /dev/xvda, size: 4 }, { device: /dev/sdf }]',
      messages: [
        'Expected at least 8 GiB for /dev/xvda, the size of the base ami-0123456789abcdef0; found 4 GiB',
        'Expected a size for the volume /dev/sdf, found none'
      ]
    },
    {
      line: `provision: { via: user-data, steps: [{ run: "${NOISE}" }] }`,
      messages: [expect.stringMatching(/^Expected provisioning steps that fit into user data/)]
    }
  ]

  test('are told all at once, whichever there are', () => {
    fc.assert(
      fc.property(fc.subarray([...BROKEN]), fc.boolean(), (broken, isKeyLost) => {
        const recipe = load(...broken.map(part => part.line))
        const asked = { ...recipe, ...(isKeyLost && { kmsKey: 'alias/lost' }) }
        const messages = refusals(() => planBake(asked, facts(), ORDER)).map(each => (each as Error).message)
        const expected = [
          ...broken.flatMap(part => part.messages),
          ...(isKeyLost ? ['Expected a KMS key, found none named alias/lost in us-east-1'] : [])
        ]
        expect(messages).toHaveLength(expected.length)
        expect(messages).toEqual(expect.arrayContaining(expected))
      }),
      { numRuns: 25 }
    )
  })

  test('a name that EC2 would refuse', () => {
    const recipe = { ...load(), name: 'web:{date}' }
    expect(refusals(() => planBake(recipe, facts(), ORDER))).toEqual([
      {
        code: 'NAME',
        message: "Image name 'web:20260601': expected letters, digits, spaces and ( ) [ ] . / - ' @ _, found ':'"
      }
    ])
  })
})
