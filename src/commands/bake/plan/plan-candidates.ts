import type { Subnet } from '@aws-sdk/client-ec2'
import { AmiError, throwProblems } from '../../../errors.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import type { BakeFacts } from '../observe/facts.ts'
import type { BaseImage } from './choose-base.ts'

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

/** Tried where the recipe names no instance types; general-purpose, on Nitro, which has a live console. */
export const DEFAULT_TYPES: Readonly<Record<string, readonly string[]>> = {
  x86_64: ['m7i.large', 'm6i.large', 't3.large'],
  arm64: ['m7g.large', 'm6g.large', 't4g.large']
}

/**
 * Where the builder may be launched: every asked instance type in every subnet whose zone offers it, types first, in the
 * recipe's order; on the spot market before on demand, as the recipe says. Errors: RECIPE.
 */
export function planCandidates(
  recipe: Recipe,
  facts: BakeFacts,
  base: BaseImage,
  subnets: readonly Subnet[]
): readonly Candidate[] {
  const types = typesFor(recipe, facts, base)
  throwProblems([...checkTypes(types, facts, base), ...checkMarket(recipe, types, facts)])
  const candidates = MARKETS[recipe.builder.spot].flatMap(market =>
    types
      .filter(instanceType => market === 'on-demand' || hasSpot(instanceType, facts))
      .flatMap(instanceType =>
        subnets
          .filter(subnet => isOffered(instanceType, subnet, facts))
          .map(subnet => ({ market, instanceType, subnetId: subnet.SubnetId ?? '' }))
      )
  )
  if (candidates.length === 0) throw notOffered(types, subnets)
  return candidates
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

/** A zone that lacks the type answers Unsupported, which no retry mends. */
const isOffered = (name: string, { AvailabilityZone: zone }: Subnet, { offerings }: BakeFacts): boolean =>
  offerings.some(({ InstanceType: type, Location: location }) => type === name && location === zone)

function notOffered(types: readonly string[], subnets: readonly Subnet[]): AmiError {
  const zones = [...new Set(subnets.map(({ AvailabilityZone: zone }) => zone))]
  const sentence = `Expected an instance type that a zone of the subnets offers, found ${types.join(', ')} in none of ${zones.join(', ')}`
  return new AmiError('RECIPE', sentence, { hint: 'Name more `instance-types`, or subnets in other zones.' })
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
