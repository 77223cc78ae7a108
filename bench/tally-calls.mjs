// Counts the AWS calls of a bake, from the sandbox's log of requests; pure.

/** What only looks whether a bake can succeed, before it has created anything. */
const PREFLIGHT = new Set([
  'DescribeInstanceTypes',
  'DescribeInstanceTypeOfferings',
  'DescribeSubnets',
  'DescribeVpcs',
  'DescribeRegions',
  'DescribeKey',
  'GetKeyPolicy'
])
const IS_READ = /^(Describe|Get|List)/
const IS_THROTTLED = /^(RequestLimitExceeded|Throttling)/

/**
 * Tells safety reads from the calls that a bake is made of, by the same rules for every tool. Safety reads are: requests
 * with DryRun; what only looks whether the bake can succeed, and one look whether the image's name is free, before
 * anything was created; and reading back what was made: a security group just after its creation, snapshots after the
 * last look at the image. All else counts as the bake's own, also the search for images and builders of earlier runs, and
 * the console that proves that provisioning went well.
 */
export function tallyCalls(calls) {
  const isSafety = safetyOf(calls)
  const plain = calls.filter((_, at) => !isSafety(at))
  return {
    total: calls.length,
    safety: calls.length - plain.length,
    plain: plain.length,
    throttled: calls.filter(({ outcome }) => IS_THROTTLED.test(outcome)).length,
    byOperation: countBy(plain, ({ operation }) => operation)
  }
}

function safetyOf(calls) {
  const isDryRun = ({ outcome }) => outcome === 'DryRunOperation'
  const firstChange = calls.findIndex(call => !IS_READ.test(call.operation) && !isDryRun(call))
  const begun = firstChange < 0 ? calls.length : firstChange
  const nameCheck = calls.slice(0, begun).findLastIndex(({ operation }) => operation === 'DescribeImages')
  const lastLook = calls.findLastIndex(({ operation }) => operation === 'DescribeImages')
  return at => {
    const { operation } = calls[at]
    if (isDryRun(calls[at]) || at === nameCheck) return true
    if (at < begun) return PREFLIGHT.has(operation)
    if (operation === 'DescribeSecurityGroups') return calls[at - 1].operation === 'CreateSecurityGroup'
    return operation === 'DescribeSnapshots' && at > lastLook
  }
}

export function countBy(items, keyOf) {
  const counts = new Map()
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1)
  return counts
}
