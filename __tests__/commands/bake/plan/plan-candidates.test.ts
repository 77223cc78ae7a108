import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { BakeFacts } from '../../../../src/commands/bake/observe/facts.ts'
import { planCandidates } from '../../../../src/commands/bake/plan/plan-candidates.ts'
import type { Recipe } from '../../../../src/recipe/recipe.ts'
import { facts, image, load, refusals, type } from '../bake-facts.ts'

const withTypes = (names: string) => load(`builder: { instance-types: [${names}] }`)
const plan = (recipe: Recipe, known: BakeFacts = facts(), base = {}) =>
  planCandidates(recipe, known, { ...image(base), ImageId: 'ami-0123456789abcdef0' }, known.subnets)

describe('where the builder may be launched', () => {
  test('each type in every subnet, types first', () => {
    expect(plan(withTypes('m6i.large, m7i.large'))).toEqual([
      { market: 'on-demand', instanceType: 'm6i.large', subnetId: 'subnet-a' },
      { market: 'on-demand', instanceType: 'm6i.large', subnetId: 'subnet-b' },
      { market: 'on-demand', instanceType: 'm7i.large', subnetId: 'subnet-a' },
      { market: 'on-demand', instanceType: 'm7i.large', subnetId: 'subnet-b' }
    ])
  })

  test('in the order of the recipe and of the subnets, whatever EC2’s order of types', () => {
    const names = ['c7i.large', 'm7i.large', 'm6i.large', 't3.large']
    const subnetIds = ['subnet-a', 'subnet-b', 'subnet-c']
    const types = fc.shuffledSubarray(names, { minLength: 1 })
    const offered = fc.shuffledSubarray(names, { minLength: names.length })
    const ids = fc.shuffledSubarray(subnetIds, { minLength: 1 })
    const recipe = load()
    fc.assert(
      fc.property(types, offered, ids, (instanceTypes, listed, subnets) => {
        const asked = { ...recipe, builder: { ...recipe.builder, instanceTypes } }
        const known = facts({
          instanceTypes: listed.map(name => type(name, 'x86_64')),
          subnets: subnets.map(SubnetId => ({ SubnetId, VpcId: 'vpc-1' }))
        })
        const candidates = plan(asked, known)
        expect(candidates.map(each => `${each.instanceType} ${each.subnetId}`)).toEqual(
          instanceTypes.flatMap(name => subnets.map(subnet => `${name} ${subnet}`))
        )
      })
    )
  })

  test('with `spot: prefer` on the spot market first, then on demand', () => {
    const recipe = load('builder: { spot: prefer, instance-types: [m6i.large, m7i.large] }')
    const candidates = plan(recipe, facts({ subnets: [{ SubnetId: 'subnet-a', VpcId: 'vpc-1' }] }))
    expect(candidates.map(({ market, instanceType }) => `${market} ${instanceType}`)).toEqual([
      'spot m6i.large',
      'spot m7i.large',
      'on-demand m6i.large',
      'on-demand m7i.large'
    ])
  })

  test('with `spot: only` on the spot market alone', () => {
    const candidates = plan(load('builder: { spot: only }'), facts())
    expect(new Set(candidates.map(({ market }) => market))).toEqual(new Set(['spot']))
  })

  test('on the spot market only as a type that it has', () => {
    const recipe = load('builder: { spot: prefer, instance-types: [m6i.large, m7i.large] }')
    const instanceTypes = [
      { ...type('m6i.large', 'x86_64'), SupportedUsageClasses: ['on-demand' as const] },
      { ...type('m7i.large', 'x86_64'), SupportedUsageClasses: ['on-demand' as const, 'spot' as const] }
    ]
    const candidates = plan(recipe, facts({ instanceTypes }))
    const onSpot = candidates.filter(({ market }) => market === 'spot').map(({ instanceType }) => instanceType)
    expect(new Set(onSpot)).toEqual(new Set(['m7i.large']))
  })

  test.each([
    ['x86_64', ['m7i.large', 't3.large']],
    ['arm64', ['m6g.large']]
  ] as const)('without types of its own, those for %s that the region has', (architecture, expected) => {
    const recipe = load()
    const asked = { ...recipe, builder: { ...recipe.builder, instanceTypes: [] } }
    const instanceTypes = [type('m6g.large', 'arm64'), type('t3.large', 'x86_64'), type('m7i.large', 'x86_64')]
    const known = facts({ instanceTypes, subnets: [{ SubnetId: 'subnet-a', VpcId: 'vpc-1' }] })
    const candidates = plan(asked, known, { Architecture: architecture })
    expect(candidates.map(each => each.instanceType)).toEqual(expected)
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-discovery.html
  test('only in zones that offer the type', () => {
    const offerings = [
      { InstanceType: 'm6i.large' as const, Location: 'us-east-1b' },
      { InstanceType: 'm7i.large' as const, Location: 'us-east-1a' }
    ]
    const candidates = plan(withTypes('m6i.large, m7i.large'), facts({ offerings }))
    expect(candidates.map(({ instanceType, subnetId }) => `${instanceType} ${subnetId}`)).toEqual([
      'm6i.large subnet-b',
      'm7i.large subnet-a'
    ])
  })
})

describe('refused', () => {
  test.each([
    [
      'a type that the region does not have',
      withTypes('m7i.large, x9.large'),
      {},
      { code: 'RECIPE', message: 'Expected an instance type that us-east-1 has, found x9.large' }
    ],
    [
      'no type of the spot market with `spot: only`',
      load('builder: { spot: only, instance-types: [mac1.metal] }'),
      { instanceTypes: [{ ...type('mac1.metal', 'x86_64'), SupportedUsageClasses: ['on-demand' as const] }] },
      {
        code: 'RECIPE',
        message: 'Expected an instance type of the spot market with `spot: only`, found mac1.metal',
        hint: 'Use `spot: prefer`, or another of `instance-types`.'
      }
    ],
    [
      'a type of another architecture',
      withTypes('m7g.large'),
      { instanceTypes: [type('m7g.large', 'arm64')] },
      {
        code: 'RECIPE',
        message:
          'Expected an instance type for x86_64, the architecture of the base ami-0123456789abcdef0; found m7g.large, which is arm64'
      }
    ],
    [
      'types that no zone of the subnets offers',
      withTypes('m7i.large'),
      { offerings: [{ InstanceType: 'm7i.large' as const, Location: 'us-east-1c' }] },
      {
        code: 'RECIPE',
        message:
          'Expected an instance type that a zone of the subnets offers, found m7i.large in none of us-east-1a, us-east-1b',
        hint: 'Name more `instance-types`, or subnets in other zones.'
      }
    ]
  ])('%s', (_, recipe, more, refusal) => {
    expect(refusals(() => plan(recipe, facts(more)))).toEqual([refusal])
  })

  test('no types at all for the architecture', () => {
    const recipe = load()
    const asked = { ...recipe, builder: { ...recipe.builder, instanceTypes: [] } }
    expect(refusals(() => plan(asked, facts(), { Architecture: 'x86_64_mac' }))).toEqual([
      {
        code: 'RECIPE',
        message: 'Expected instance types for x86_64_mac under `builder: { instance-types: […] }`, found none'
      }
    ])
  })

  test('every wrong type at once', () => {
    expect(refusals(() => plan(withTypes('x8.large, x9.large')))).toHaveLength(2)
  })
})
