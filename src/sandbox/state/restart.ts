import { booting } from '../ec2/instances/guest-life.ts'
import { nameOf } from '../ec2/instances/life.ts'
import { stateOf } from '../ec2/instances/states.ts'
import { finish } from '../ssm/run-command/invocation.ts'
import type { Region } from '../world/region.ts'
import type { World } from '../world/world.ts'

/**
 * Takes the machines up where an earlier process on the same state folder left them, as after a power failure of their
 * host: what was running boots again, from its own volumes; scripts that ran have failed.
 */
export async function restartMachines(world: World): Promise<void> {
  for (const region of world.regions()) {
    failCommands(world, region)
    for (const { volume, filled, layers } of region.volumes.values()) {
      if (filled) await world.guests.createVolume(volume.VolumeId, layers)
    }
    for (const record of region.instances.values()) {
      // One that was seeded as running has never had a guest.
      if (stateOf(record) === 'running' && record.boots > 0)
        world.schedule.after(0, booting, nameOf({ world, region, record }))
    }
  }
}

function failCommands(world: World, { commands }: Region): void {
  const lost = { status: 'Failed', exitCode: -1, stderr: 'The sandbox was restarted while this script ran.' } as const
  for (const { invocations } of commands.values()) {
    for (const record of invocations.values()) {
      if (record.invocation.Status !== 'Pending') finish(record, world.clock.now(), lost)
    }
  }
}
