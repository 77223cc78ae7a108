import type { Guests } from './guests.ts'
import { realGuests } from './real.ts'
import { findRoot } from './rights.ts'
import { scriptedGuests } from './scripted.ts'

interface GuestOptions {
  readonly kind: 'real' | 'scripted'
  /** Root filesystems for images other than the host's, NAME to tar file. */
  readonly bases: Readonly<Record<string, string>>
  readonly stateFolder?: string
  /** Real guests read the host's root filesystem, so a self-hosted runner has to allow them. */
  readonly allowSelfHosted: boolean
}

/**
 * Opens the machines of a sandbox: real where that is asked for and the host allows it, else scripted with a notice.
 *
 * Errors: an Error where a self-hosted runner has not allowed real guests.
 */
export async function openGuests(options: GuestOptions): Promise<Guests> {
  if (options.kind === 'scripted') return scriptedGuests('guests are scripted: no script runs')
  if (process.env.RUNNER_ENVIRONMENT === 'self-hosted' && !options.allowSelfHosted) {
    throw new Error(
      'real guests run scripts as root over the root filesystem of this self-hosted runner; ' +
        'allow it with --allow-self-hosted, or take --guests scripted'
    )
  }
  const root = await findRoot()
  if ('missing' in root) return scriptedGuests(`guests are scripted, no script runs: ${root.missing}`)
  return realGuests({ ...options, root })
}
