import { forgetShims, openBases } from './bases.ts'
import { bootGuest } from './boot.ts'
import type { GuestEnd, Guests } from './guests.ts'
import { type Holder, startHolder } from './holder.ts'
import { openLayers } from './layers.ts'
import { NETWORK_NOTICE } from './network.ts'
import type { Root } from './rights.ts'

interface RealOptions {
  readonly root: Root
  readonly bases: Readonly<Record<string, string>>
  readonly stateFolder?: string
}

/** Opens guests that are Linux namespaces over overlay file systems. Errors: an Error where the host does not allow it. */
export async function realGuests(options: RealOptions): Promise<Guests> {
  const holder = await startHolder(options.root, options.stateFolder)
  const trouble = await networkTrouble(holder)
  const notice = trouble ? `guests have no network and no metadata service: ${trouble}` : NETWORK_NOTICE
  const parts = {
    holder,
    bases: openBases(holder, options.bases),
    layers: await openLayers(holder, folder => forgetShims(holder, folder)),
    withNetwork: !trouble
  }
  let closed = false
  return {
    kind: 'real',
    notice,
    ...parts.layers,
    boot: request => {
      request.onConsole(`sandbox: ${notice}\n`)
      const onEnd = (how: GuestEnd) => {
        if (!closed) request.onEnd(how)
      }
      return bootGuest(parts, { ...request, onConsole: text => request.onConsole(text), onEnd })
    },
    close: () => {
      closed = true
      return holder.close()
    }
  }
}

async function networkTrouble(holder: Holder): Promise<string | undefined> {
  try {
    await holder.bash('unshare --net ip link add name router type veth peer name eth0')
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
