import { ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import { isOffered, zonesOffering } from '../instance-offerings.ts'
import { INSTANCE_TYPES, type InstanceTypeFacts } from '../instance-types.ts'
import { stateOf } from './states.ts'

export type Market = 'on-demand' | 'spot'

/** Capacity that EC2 has not got: of a zone, of a type, for a market; what is left out means any. */
export interface Shortage {
  readonly zone?: string
  readonly instanceType?: string
  readonly market?: Market
}

/** How many vCPUs an account may have running; none set means no limit. */
export type VcpuQuotas = Readonly<Partial<Record<Market, number>>>

/** What a launch needs. */
export interface Need {
  readonly type: InstanceTypeFacts
  readonly market: Market
  readonly count: number
}

/** Whether a zone offers the type and has capacity for it. */
export const hasCapacity = ({ type, market }: Omit<Need, 'count'>, zone: string, { region }: Call): boolean =>
  isOffered(type.name, zone) &&
  !region.shortages.some(
    short =>
      (short.zone ?? zone) === zone &&
      (short.instanceType ?? type.name) === type.name &&
      (short.market ?? market) === market
  )

/**
 * Refuses a launch in a zone that does not offer its type, has no capacity for it, or that exceeds the account's quota.
 * Errors: Unsupported, InsufficientInstanceCapacity, VcpuLimitExceeded, MaxSpotInstanceCountExceeded.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html
 */
export function checkCapacity(need: Need, zone: string, call: Call): void {
  checkOffered(need.type, zone, call)
  checkQuota(need, call)
  if (hasCapacity(need, zone, call)) return
  throw new ServiceError('InsufficientInstanceCapacity', shortageSentence(need, zone, call), 500)
}

function checkOffered({ name }: InstanceTypeFacts, zone: string, { region }: Call): void {
  if (isOffered(name, zone)) return
  const zones = zonesOffering(name, region.name)
  if (zones.length === 0) {
    const sentence =
      'The requested configuration is currently not supported. Please check the documentation for supported configurations.'
    throw new ServiceError('Unsupported', sentence)
  }
  const refusal = `Your requested instance type (${name}) is not supported in your requested Availability Zone (${zone}).`
  const advice = `Please retry your request by not specifying an Availability Zone or choosing ${zones.join(', ')}.`
  throw new ServiceError('Unsupported', `${refusal} ${advice}`)
}

function shortageSentence(need: Need, zone: string, call: Call): string {
  if (need.market === 'spot') return 'There is no Spot capacity available that matches your request.'
  const { name } = need.type
  const refusal = `We currently do not have sufficient ${name} capacity in the Availability Zone you requested (${zone}). Our system will be working on provisioning additional capacity.`
  const others = zonesOffering(name, call.region.name).filter(other => hasCapacity(need, other, call))
  if (others.length === 0) return refusal
  const advice = `You can currently get ${name} capacity by not specifying an Availability Zone in your request or choosing`
  return `${refusal} ${advice} ${others.join(', ')}.`
}

function checkQuota({ type, market, count }: Need, call: Call): void {
  const limit = call.region.vcpuQuotas.get(call.account)?.[market]
  if (limit === undefined || runningVcpus(market, call) + type.vCpus * count <= limit) return
  if (market === 'spot') throw new ServiceError('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded')
  const bucket = 'for the instance bucket that the specified instance type belongs to'
  throw new ServiceError(
    'VcpuLimitExceeded',
    `You have requested more vCPU capacity than your current vCPU limit of ${limit} allows ${bucket}. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`
  )
}

function runningVcpus(market: Market, { region, account }: Call): number {
  return [...region.instances.values()]
    .filter(record => record.ownerId === account && ['pending', 'running'].includes(stateOf(record)))
    .filter(({ instance }) => (instance.InstanceLifecycle === 'spot' ? 'spot' : 'on-demand') === market)
    .reduce((sum, { instance }) => sum + (INSTANCE_TYPES.get(instance.InstanceType ?? '')?.vCpus ?? 0), 0)
}
