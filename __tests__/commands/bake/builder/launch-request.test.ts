import { describe, expect, test } from '@jest/globals'
import { toLaunchRequest } from '../../../../src/commands/bake/builder/launch-request.ts'
import { planBake } from '../../../../src/commands/bake/plan/plan.ts'
import type { Candidate } from '../../../../src/commands/bake/plan/plan-candidates.ts'
import { facts, load, ORDER } from '../bake-facts.ts'

const recipe = load('builder: { spot: prefer }')
const launch = (order: Partial<typeof ORDER> = {}) => ({
  plan: planBake(recipe, facts(), { ...ORDER, ...order }),
  recipe,
  userData: 'c2F5',
  securityGroupIds: ['sg-1']
})
const SPOT: Candidate = { market: 'spot', instanceType: 'm7i.large', subnetId: 'subnet-a' }
const ON_DEMAND: Candidate = { ...SPOT, market: 'on-demand' }
const tokenOf = (candidate: Candidate, generation = 0, order = {}) =>
  toLaunchRequest(launch(order), candidate, generation).ClientToken

describe('a builder on the spot market', () => {
  /** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotMarketOptions.html */
  test('is asked for by a persistent request that stops it, until the deadline', () => {
    expect(toLaunchRequest(launch(), SPOT, 0).InstanceMarketOptions).toEqual({
      MarketType: 'spot',
      SpotOptions: {
        SpotInstanceType: 'persistent',
        InstanceInterruptionBehavior: 'stop',
        ValidUntil: new Date('2026-06-01T13:39:56Z')
      }
    })
  })

  test('has a request with the tags of the run', () => {
    const { TagSpecifications: specifications = [] } = toLaunchRequest(launch(), SPOT, 0)
    const tags = specifications.find(each => each.ResourceType === 'spot-instances-request')?.Tags
    expect(tags).toContainEqual({ Key: 'ami-action:run', Value: 'run-1' })
  })
})

test('a builder on demand has no market options', () => {
  const { InstanceMarketOptions: market, TagSpecifications: tags = [] } = toLaunchRequest(launch(), ON_DEMAND, 0)
  expect(market).toBeUndefined()
  expect(tags.map(each => each.ResourceType)).toEqual(['instance', 'volume', 'network-interface'])
})

describe('the ClientToken', () => {
  test.each([
    ['market', ON_DEMAND, 0],
    ['type', { ...SPOT, instanceType: 'm6i.large' }, 0],
    ['subnet', { ...SPOT, subnetId: 'subnet-b' }, 0],
    ['generation', SPOT, 1]
  ] as const)('is another with another %s', (_, candidate, generation) => {
    expect(tokenOf(candidate, generation)).not.toBe(tokenOf(SPOT))
  })

  test('is the same for another run: EC2 lets one of them through', () => {
    expect(tokenOf(SPOT, 0, { run: 'run-2', timeoutSeconds: 60 })).toBe(tokenOf(SPOT))
  })
})
