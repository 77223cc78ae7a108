import type { IpPermission } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { BaseImage } from '../../../src/commands/bake/choose-base.ts'
import { planCandidates } from '../../../src/commands/bake/plan-network.ts'
import { facts, image, load, refusals, type } from './bake-facts.ts'

const base = (more = {}): BaseImage => ({ ...image(more), ImageId: 'ami-0123456789abcdef0' })
const GROUP = { GroupId: 'sg-0123456789abcdef0', VpcId: 'vpc-1' }
const SSH: IpPermission = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 }
const withTypes = (names: string) => load(`builder: { instance-types: [${names}] }`)

describe('where the builder may be launched', () => {
  test('each type in every subnet, types first', () => {
    expect(planCandidates(withTypes('m6i.large, m7i.large'), facts(), base())).toEqual({
      vpcId: 'vpc-1',
      candidates: [
        { market: 'on-demand', instanceType: 'm6i.large', subnetId: 'subnet-a' },
        { market: 'on-demand', instanceType: 'm6i.large', subnetId: 'subnet-b' },
        { market: 'on-demand', instanceType: 'm7i.large', subnetId: 'subnet-a' },
        { market: 'on-demand', instanceType: 'm7i.large', subnetId: 'subnet-b' }
      ]
    })
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
        const { candidates } = planCandidates(asked, known, base())
        expect(candidates.map(each => `${each.instanceType} ${each.subnetId}`)).toEqual(
          instanceTypes.flatMap(name => subnets.map(subnet => `${name} ${subnet}`))
        )
      })
    )
  })

  test('with `spot: prefer` on the spot market first, then on demand', () => {
    const recipe = load('builder: { spot: prefer, instance-types: [m6i.large, m7i.large] }')
    const { candidates } = planCandidates(
      recipe,
      facts({ subnets: [{ SubnetId: 'subnet-a', VpcId: 'vpc-1' }] }),
      base()
    )
    expect(candidates.map(({ market, instanceType }) => `${market} ${instanceType}`)).toEqual([
      'spot m6i.large',
      'spot m7i.large',
      'on-demand m6i.large',
      'on-demand m7i.large'
    ])
  })

  test('with `spot: only` on the spot market alone', () => {
    const { candidates } = planCandidates(load('builder: { spot: only }'), facts(), base())
    expect(new Set(candidates.map(({ market }) => market))).toEqual(new Set(['spot']))
  })

  test('on the spot market only as a type that it has', () => {
    const recipe = load('builder: { spot: prefer, instance-types: [m6i.large, m7i.large] }')
    const instanceTypes = [
      { ...type('m6i.large', 'x86_64'), SupportedUsageClasses: ['on-demand' as const] },
      { ...type('m7i.large', 'x86_64'), SupportedUsageClasses: ['on-demand' as const, 'spot' as const] }
    ]
    const { candidates } = planCandidates(recipe, facts({ instanceTypes }), base())
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
    const { candidates } = planCandidates(asked, known, base({ Architecture: architecture }))
    expect(candidates.map(each => each.instanceType)).toEqual(expected)
  })

  test('in the security groups that the recipe names', () => {
    const plan = planCandidates(load(), facts({ securityGroups: [GROUP] }), base())
    expect(plan.securityGroupIds).toEqual(['sg-0123456789abcdef0'])
  })
})

describe('refused', () => {
  const SUBNETS_HINT = 'Name subnets by id or tags under `builder: { subnets: […] }`.'
  test.each([
    [
      'no default VPC',
      load(),
      { subnets: [] },
      { code: 'NETWORK', message: 'Expected a default VPC in us-east-1, found none', hint: SUBNETS_HINT }
    ],
    [
      'no such subnets',
      load('builder: { subnets: [subnet-0123456789abcdef0, { tag: { tier: build, zone: a } }] }'),
      { subnets: [] },
      {
        code: 'NETWORK',
        message:
          'Expected subnets for the builder, found none in us-east-1 with id subnet-0123456789abcdef0, tag tier=build, zone=a',
        hint: SUBNETS_HINT
      }
    ],
    [
      'subnets of two VPCs',
      load(),
      {
        subnets: [
          { SubnetId: 'subnet-a', VpcId: 'vpc-1' },
          { SubnetId: 'subnet-b', VpcId: 'vpc-2' }
        ]
      },
      { code: 'NETWORK', message: "Expected the builder's subnets in one VPC, found them in vpc-1 and vpc-2" }
    ],
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
      'no such security groups',
      load('builder: { security-groups: [{ tag: { tier: build } }] }'),
      {},
      {
        code: 'NETWORK',
        message: 'Expected security groups for the builder, found none in us-east-1 with tag tier=build'
      }
    ],
    [
      'a security group of another VPC',
      load(),
      { securityGroups: [{ ...GROUP, VpcId: 'vpc-2' }] },
      {
        code: 'NETWORK',
        message: 'Expected a security group of vpc-1, the VPC of the subnets; found sg-0123456789abcdef0 of vpc-2'
      }
    ],
    [
      'a security group that lets others in',
      load(),
      { securityGroups: [{ ...GROUP, IpPermissions: [SSH] }] },
      {
        code: 'NETWORK',
        message:
          'Expected a security group without inbound rules, found 1 in sg-0123456789abcdef0: a builder is never reached from outside'
      }
    ]
  ])('%s', (_, recipe, more, refusal) => {
    expect(refusals(() => planCandidates(recipe, facts(more), base()))).toEqual([refusal])
  })

  test('no types at all for the architecture', () => {
    const recipe = load()
    const asked = { ...recipe, builder: { ...recipe.builder, instanceTypes: [] } }
    expect(refusals(() => planCandidates(asked, facts(), base({ Architecture: 'x86_64_mac' })))).toEqual([
      {
        code: 'RECIPE',
        message: 'Expected instance types for x86_64_mac under `builder: { instance-types: […] }`, found none'
      }
    ])
  })

  test('every wrong type and group at once', () => {
    const more = {
      securityGroups: [
        { ...GROUP, IpPermissions: [SSH] },
        { ...GROUP, VpcId: 'vpc-2' }
      ]
    }
    expect(refusals(() => planCandidates(withTypes('x8.large, x9.large'), facts(more), base()))).toHaveLength(4)
  })
})
