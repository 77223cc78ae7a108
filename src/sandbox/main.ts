import { type Flags, parseFlags, USAGE } from './flags.ts'
import { openGuests } from './guests/open.ts'
import { handlers } from './handlers.ts'
import { seederFor } from './seed/seeder.ts'
import { isLoopback, listen } from './server/listen.ts'
import { makeSandbox } from './server/sandbox.ts'
import { lockFolder } from './state/lock.ts'
import { restartMachines } from './state/restart.ts'
import { StateFile } from './state/state-file.ts'
import { transitions } from './transitions.ts'
import { World } from './world/world.ts'

const OPEN =
  'whoever reaches this address runs scripts as root in its guests: no signature is checked, and nothing is encrypted'

async function main(): Promise<void> {
  const flags = readFlags()
  if (!flags) return
  const unlock = flags.state === undefined ? undefined : await lockFolder(flags.state)
  const guests = await openGuests({ ...flags, kind: flags.guests, ...(flags.state && { stateFolder: flags.state }) })
  if (!isLoopback(flags.host)) process.stderr.write(`sandbox: ${OPEN}\n`)
  if (guests.notice) process.stderr.write(`sandbox: ${guests.notice}\n`)
  const world = new World({ guests, latencyFactor: flags.latencyFactor, seeder: seederFor(Object.keys(flags.bases)) })
  const state = flags.state === undefined ? undefined : await openState(flags.state, world)
  const sandbox = makeSandbox({ world, handlers, throttled: flags.latencyFactor === 1, ...(state && { state }) })
  const { server, url } = await listen(sandbox, flags.port, flags.host)
  process.stdout.write(`AWS_ENDPOINT_URL=${url}\n`)
  const stop = async () => {
    server.close()
    sandbox.faults.clear()
    server.closeAllConnections()
    await state?.close()
    try {
      await world.close()
    } finally {
      await guests.close()
      unlock?.()
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop().catch(fail))
}

/** Takes up what an earlier process left in the state folder, and keeps all changes from now on. */
async function openState(folder: string, world: World): Promise<StateFile> {
  const state = new StateFile(folder, world)
  const kept = await state.read()
  if (kept) world.restore(kept, transitions)
  if (kept) await restartMachines(world)
  world.onChange = () => void state.keep()
  return state
}

function readFlags(): Flags | undefined {
  try {
    return parseFlags(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.message : error}\n${USAGE}\n`)
    process.exitCode = 2
    return undefined
  }
}

function fail(error: unknown): void {
  process.stderr.write(`sandbox: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}

void main().catch(fail)
