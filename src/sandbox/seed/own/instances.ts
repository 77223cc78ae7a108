import { givePublicAddress } from '../../ec2/instances/interfaces.ts'
import { makePlanned } from '../../ec2/instances/launch.ts'
import { planLaunch } from '../../ec2/instances/plan-launch.ts'
import { enter } from '../../ec2/instances/states.ts'
import { setAttachmentStatus } from '../../ec2/instances/volumes.ts'
import type { Call } from '../../handler.ts'
import { newId } from '../../world/ids.ts'
import { numbered, type SeedInstances } from './request.ts'

const DAY_MS = 86_400_000

/**
 * Adds instances that are running or stopped already, without a guest: thousands cost no more than their records.
 * Result: their ids. Errors: those of RunInstances.
 */
export function addInstances(seed: SeedInstances, call: Call): string[] {
  return Array.from({ length: seed.count }, (_, i) => addInstance(seed, i + 1, call))
}

function addInstance(seed: SeedInstances, n: number, call: Call): string {
  const input = { ...numbered(seed.RunInstances, n), MinCount: 1, MaxCount: 1 }
  const launched = new Date(call.now.getTime() - seed.ageDays * DAY_MS)
  const at = { ...call, now: launched }
  const record = makePlanned(planLaunch(input, at), { reservationId: newId('r'), index: 0 }, at)
  for (const [key, value] of Object.entries(numbered(seed.tags, n))) record.tags.set(key, value)
  const { instance } = record
  if (seed.managedBy) instance.Operator = { Managed: true, Principal: seed.managedBy, HiddenByDefault: true }
  setAttachmentStatus({ world: call.world, region: call.region, record }, 'attached')
  if (record.publicIp && seed.state === 'running') givePublicAddress(record, call.region)
  record.health = 'ok'
  enter(record, seed.state, {})
  return instance.InstanceId
}
