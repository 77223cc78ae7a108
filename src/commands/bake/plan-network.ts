import type { SecurityGroup, Subnet } from '@aws-sdk/client-ec2'
import { AmiError, throwProblems } from '../../errors.ts'
import type { Recipe, Selector } from '../../recipe/recipe.ts'
import type { BaseImage } from './choose-base.ts'
import type { BakeFacts } from './facts.ts'

/** One place to launch the builder. */
export interface Candidate {
  readonly market: Market
  readonly instanceType: string
  readonly subnetId: string
}

type Market = 'spot' | 'on-demand'

/** A candidate as a person would say it. */
export const sayCandidate = ({ market, instanceType, subnetId }: Candidate): string =>
  `${instanceType} in ${subnetId}${market === 'spot' ? ' on the spot market' : ''}`

export interface NetworkPlan {
  readonly candidates: readonly Candidate[]
  readonly vpcId: string
  readonly securityGroupIds?: readonly string[]
}

/** Tried where the recipe names no instance types; general-purpose, on Nitro, which has a live console. */
export const DEFAULT_TYPES: Readonly<Record<string, readonly string[]>> = {
  x86_64: ['m7i.large', 'm6i.large', 't3.large'],
  arm64: ['m7g.large', 'm6g.large', 't4g.large']
}

/**
 * Where the builder may be launched: every asked instance type in every subnet, types first, in the recipe's order; on
 * the spot market before on demand, as the recipe says.
 * Errors: NETWORK, RECIPE.
 */
export function planCandidates(recipe: Recipe, facts: BakeFacts, base: BaseImage): NetworkPlan {
  const subnets = usableSubnets(recipe, facts)
  const vpcId = subnets[0]?.VpcId ?? ''
  const types = typesFor(recipe, facts, base)
  throwProblems([
    ...checkTypes(types, facts, base),
    ...checkMarket(recipe, types, facts),
    ...checkGroups(recipe, facts, vpcId)
  ])
  const candidates = MARKETS[recipe.builder.spot].flatMap(market =>
    types
      .filter(instanceType => market === 'on-demand' || hasSpot(instanceType, facts))
      .flatMap(instanceType => subnets.map(subnet => ({ market, instanceType, subnetId: subnet.SubnetId ?? '' })))
  )
  const groups = facts.securityGroups.map(group => group.GroupId ?? '')
  return { candidates, vpcId, ...(groups.length > 0 && { securityGroupIds: groups }) }
}

const MARKETS: Readonly<Record<Recipe['builder']['spot'], readonly Market[]>> = {
  prefer: ['spot', 'on-demand'],
  only: ['spot'],
  never: ['on-demand']
}

/** EC2 does not offer every type on the spot market. */
function hasSpot(name: string, { instanceTypes }: BakeFacts): boolean {
  const type = instanceTypes.find(each => each.InstanceType === name)
  return type?.SupportedUsageClasses?.includes('spot') ?? true
}

function checkMarket({ builder }: Recipe, types: readonly string[], facts: BakeFacts): AmiError[] {
  if (builder.spot !== 'only' || types.length === 0 || types.some(name => hasSpot(name, facts))) return []
  const sentence = `Expected an instance type of the spot market with \`spot: only\`, found ${types.join(', ')}`
  return [new AmiError('RECIPE', sentence, { hint: 'Use `spot: prefer`, or another of `instance-types`.' })]
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

function typesFor({ builder }: Recipe, { instanceTypes }: BakeFacts, base: BaseImage): readonly string[] {
  if (builder.instanceTypes.length > 0) return builder.instanceTypes
  const offered = new Set<string | undefined>(instanceTypes.map(type => type.InstanceType))
  return (DEFAULT_TYPES[base.Architecture ?? ''] ?? []).filter(type => offered.has(type))
}

function checkTypes(types: readonly string[], { instanceTypes, region }: BakeFacts, base: BaseImage): AmiError[] {
  if (types.length === 0) {
    return [
      new AmiError(
        'RECIPE',
        `Expected instance types for ${base.Architecture} under \`builder: { instance-types: […] }\`, found none`
      )
    ]
  }
  return types.flatMap(name => {
    const type = instanceTypes.find(each => each.InstanceType === name)
    if (!type) return [new AmiError('RECIPE', `Expected an instance type that ${region} has, found ${name}`)]
    const supported = type.ProcessorInfo?.SupportedArchitectures ?? []
    if (supported.some(architecture => architecture === base.Architecture)) return []
    const found = `Expected an instance type for ${base.Architecture}, the architecture of the base ${base.ImageId}; found ${name}, which is ${supported.join(' or ')}`
    return [new AmiError('RECIPE', found)]
  })
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
