import type { Guests } from './guests.ts'
import { scriptedGuests } from './scripted.ts'

export interface GuestOptions {
  readonly kind: 'real' | 'scripted'
  /** Root filesystems for images other than the host's, NAME to tar file. */
  readonly bases: Readonly<Record<string, string>>
  readonly stateFolder?: string
  /** Real guests read the host's root filesystem, so a self-hosted runner has to allow them. */
  readonly allowSelfHosted: boolean
}

/** Opens the machines of a sandbox. */
export async function openGuests(_options: GuestOptions): Promise<Guests> {
  return scriptedGuests('guests are scripted: no script runs')
}
