import type { SecurityGroup, Subnet } from '@aws-sdk/client-ec2'
import { AmiError, throwProblems } from '../../../errors.ts'
import type { Recipe, Selector } from '../../../recipe/recipe.ts'
import type { BakeFacts } from '../observe/facts.ts'

/** Where in the network the builder may be. */
export interface NetworkPlan {
  readonly subnets: readonly Subnet[]
  readonly vpcId: string
  readonly securityGroupIds?: readonly string[]
}

/** The recipe's subnets, all of one VPC, and its security groups, which let nobody in. Errors: NETWORK. */
export function planNetwork(recipe: Recipe, facts: BakeFacts): NetworkPlan {
  const subnets = usableSubnets(recipe, facts)
  const vpcId = subnets[0]?.VpcId ?? ''
  throwProblems(checkGroups(recipe, facts, vpcId))
  const groups = facts.securityGroups.map(group => group.GroupId ?? '')
  return { subnets, vpcId, ...(groups.length > 0 && { securityGroupIds: groups }) }
}

function usableSubnets({ builder }: Recipe, { subnets, region }: BakeFacts): readonly Subnet[] {
  if (subnets.length === 0) {
    const hint = 'Name subnets by id or tags under `builder: { subnets: […] }`.'
    const sentence =
      builder.subnets.length > 0
        ? `Expected subnets for the builder, found none in ${region} with ${builder.subnets.map(say).join(', ')}`
        : `Expected a default VPC in ${region}, found none`
    throw new AmiError('NETWORK', sentence, { hint })
  }
  const vpcs = new Set(subnets.map(subnet => subnet.VpcId))
  if (vpcs.size > 1) {
    throw new AmiError('NETWORK', `Expected the builder's subnets in one VPC, found them in ${[...vpcs].join(' and ')}`)
  }
  return subnets
}

function checkGroups({ builder }: Recipe, { securityGroups, region }: BakeFacts, vpcId: string): AmiError[] {
  if (builder.securityGroups.length > 0 && securityGroups.length === 0) {
    const asked = builder.securityGroups.map(say).join(', ')
    return [new AmiError('NETWORK', `Expected security groups for the builder, found none in ${region} with ${asked}`)]
  }
  return securityGroups.flatMap(group => {
    const problem = checkGroup(group, vpcId)
    return problem ? [new AmiError('NETWORK', problem)] : []
  })
}

function checkGroup({ GroupId, VpcId, IpPermissions = [] }: SecurityGroup, vpcId: string): string | undefined {
  if (VpcId !== vpcId)
    return `Expected a security group of ${vpcId}, the VPC of the subnets; found ${GroupId} of ${VpcId}`
  if (IpPermissions.length === 0) return undefined
  return `Expected a security group without inbound rules, found ${IpPermissions.length} in ${GroupId}: a builder is never reached from outside`
}

const say = (selector: Selector): string =>
  typeof selector === 'string'
    ? `id ${selector}`
    : `tag ${Object.entries(selector.tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(', ')}`
