import type { Transition } from '../world/transition.ts'
import { type GroupName, keyOf, nameOf } from './names.ts'
import { observeMembers } from './observe.ts'
import { advanceRefresh } from './refresh-step.ts'
import { scaleIn, scaleOut } from './scale.ts'
import { openScope, type Scope } from './scope.ts'
import { keepWarmPool } from './warm-pool-size.ts'

/**
 * Brings a group to its desired capacity: sees what has become of its instances, replaces what is unhealthy, takes a
 * refresh on, launches what is missing and terminates what is too much, fills the warm pool, ends a deletion.
 */
export const reconciling: Transition<GroupName> = {
  name: 'reconcile an Auto Scaling group',
  act: (world, name) => {
    const scope = openScope(world, name)
    if (!scope) return
    observeMembers(scope)
    advanceRefresh(scope)
    scaleIn(scope)
    scaleOut(scope)
    keepWarmPool(scope)
    finishDeletion(scope)
  }
}

/** A group that is being deleted is gone once its last instance is. */
function finishDeletion({ record, call }: Scope): void {
  if (!record.group.Status || record.members.size > 0) return
  call.region.autoScalingGroups.delete(keyOf(record.ownerId, record.group.AutoScalingGroupName))
}

/** A request has changed a group: it acts upon that soon, whatever failed before. */
export function reconcileSoon({ record, call }: Scope): void {
  record.retry = undefined
  call.world.after('scale', reconciling, nameOf(record, call.region))
}
