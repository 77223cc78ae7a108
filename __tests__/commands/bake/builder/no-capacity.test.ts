import { expect, test } from '@jest/globals'
import { isNoCapacity, isQuota, without } from '../../../../src/commands/bake/builder/no-capacity.ts'
import type { Candidate } from '../../../../src/commands/bake/plan/plan-candidates.ts'

const candidate = (market: Candidate['market'], instanceType: string, subnetId: string) => ({
  market,
  instanceType,
  subnetId
})
const FAILED = candidate('spot', 'm7i.large', 'a')
const LEFT = [
  candidate('spot', 'm7i.large', 'b'),
  candidate('spot', 'm6i.large', 'a'),
  candidate('on-demand', 'm7i.large', 'a'),
  candidate('on-demand', 'm6i.large', 'b')
]
const say = ({ market, instanceType, subnetId }: Candidate) => `${market} ${instanceType} ${subnetId}`

/** @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html */
test.each([
  ['InsufficientInstanceCapacity', []],
  ['InsufficientHostCapacity', []],
  ['InsufficientVolumeCapacity', []],
  ['UnfulfillableCapacity', []],
  ['SpotMaxPriceTooLow', []],
  ['Unsupported', []],
  ['InsufficientFreeAddressesInSubnet', ['spot m6i.large a', 'on-demand m7i.large a']],
  ['MaxSpotInstanceCountExceeded', ['spot m7i.large b']],
  ['VcpuLimitExceeded', ['spot m7i.large b']],
  ['InstanceLimitExceeded', ['spot m7i.large b']],
  ['AuthFailure.ServiceLinkedRoleCreationNotPermitted', ['spot m7i.large b', 'spot m6i.large a']]
])('after %s these are not tried: %j', (code, ruledOut) => {
  expect(isNoCapacity(code)).toBe(true)
  const left = without(FAILED, code, LEFT).map(say)
  expect(LEFT.map(say).filter(each => !left.includes(each))).toEqual(ruledOut)
})

test.each(['UnauthorizedOperation', 'InvalidParameterValue', 'InvalidAMIID.NotFound', 'constructor', ''])(
  '%s is no question of capacity',
  code => {
    expect(isNoCapacity(code)).toBe(false)
  }
)

test.each([
  ['VcpuLimitExceeded', true],
  ['MaxSpotInstanceCountExceeded', true],
  ['InsufficientInstanceCapacity', false]
])('%s is a question of quotas: %s', (code, quota) => {
  expect(isQuota(code)).toBe(quota)
})
