import type { IpPermission } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { planNetwork } from '../../../../src/commands/bake/plan/plan-network.ts'
import { facts, load, refusals } from '../bake-facts.ts'

const GROUP = { GroupId: 'sg-0123456789abcdef0', VpcId: 'vpc-1' }
const SSH: IpPermission = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 }

test('a builder is in the subnets and security groups that the recipe names', () => {
  const known = facts({ securityGroups: [GROUP] })
  expect(planNetwork(load(), known)).toEqual({
    vpcId: 'vpc-1',
    subnets: known.subnets,
    securityGroupIds: ['sg-0123456789abcdef0']
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
    expect(refusals(() => planNetwork(recipe, facts(more)))).toEqual([refusal])
  })

  test('every wrong group at once', () => {
    const more = {
      securityGroups: [
        { ...GROUP, IpPermissions: [SSH] },
        { ...GROUP, VpcId: 'vpc-2' }
      ]
    }
    expect(refusals(() => planNetwork(load(), facts(more)))).toHaveLength(2)
  })
})
