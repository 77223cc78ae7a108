import { liveMembers } from './capacity.ts'
import { matches } from './matching.ts'
import type { Member } from './records.ts'
import { sourceOf } from './refresh-end.ts'
import { instanceOf, type Scope } from './scope.ts'

/**
 * The instance that a scale-in terminates: none that is protected; of the zone with the most instances; by the group's
 * policy, which unless it says otherwise takes those first that are not of the group's present configuration.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
 */
export function chooseVictim(scope: Scope): Member | undefined {
  const { record, call } = scope
  const candidates = liveMembers(record).filter(({ instance }) => !instance.ProtectedFromScaleIn)
  const count = new Map<string, number>()
  for (const { instance } of liveMembers(record)) {
    count.set(instance.AvailabilityZone, (count.get(instance.AvailabilityZone) ?? 0) + 1)
  }
  const most = Math.max(0, ...candidates.map(({ instance }) => count.get(instance.AvailabilityZone) ?? 0))
  const inZone = candidates.filter(({ instance }) => count.get(instance.AvailabilityZone) === most)
  const launchedAt = (member: Member) => instanceOf(member, call)?.instance.LaunchTime?.getTime() ?? 0
  const oldestFirst = inZone.sort((a, b) => launchedAt(a) - launchedAt(b))
  const [policy = 'Default'] = record.group.TerminationPolicies ?? []
  if (policy === 'NewestInstance') return oldestFirst.at(-1)
  if (policy === 'OldestInstance') return oldestFirst[0]
  return oldestFirst.find(member => !isPresent(member, scope)) ?? oldestFirst[0]
}

/** A template that is gone is nobody's present one. */
function isPresent(member: Member, { record, call }: Scope): boolean {
  try {
    return matches(member, sourceOf(record), call)
  } catch {
    return false
  }
}
