import { type Flags, parseFlags, USAGE } from './flags.ts'
import { openGuests } from './guests/open.ts'
import { handlers } from './handlers.ts'
import { seederFor } from './seed/seeder.ts'
import { Faults } from './server/faults.ts'
import { Journal } from './server/journal.ts'
import { listen } from './server/listen.ts'
import { World } from './world/world.ts'

async function main(): Promise<void> {
  const flags = readFlags()
  if (!flags) return
  const guests = await openGuests({ ...flags, kind: flags.guests, ...(flags.state && { stateFolder: flags.state }) })
  if (guests.notice) process.stderr.write(`sandbox: ${guests.notice}\n`)
  if (flags.state) process.stderr.write(`sandbox: ${flags.state} holds the layers of guests; a restart begins anew\n`)
  const world = new World({ guests, latencyFactor: flags.latencyFactor, seeder: seederFor(Object.keys(flags.bases)) })
  const faults = new Faults()
  const { server, url } = await listen({ world, handlers, journal: new Journal(), faults }, flags.port)
  process.stdout.write(`AWS_ENDPOINT_URL=${url}\n`)
  const stop = async () => {
    server.close()
    faults.clear()
    server.closeAllConnections()
    try {
      await world.reset()
    } finally {
      await guests.close()
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop().catch(fail))
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
