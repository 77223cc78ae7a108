import type { BootRequest, Guest, Guests } from '../../src/sandbox/guests/guests.ts'

interface HandGuest {
  readonly request: BootRequest
  ended?: 'stop' | 'kill'
}

/** Guests that do what the test says, and remember what was asked of them. */
export class HandGuests implements Guests {
  readonly kind = 'scripted'
  readonly boots: HandGuest[] = []
  /** The layers that each volume was made from. */
  readonly volumes = new Map<string, readonly string[]>()
  readonly deletedLayers: string[] = []
  /** Set by a test: why the next boots fail. */
  bootFailure: string | undefined

  async boot(request: BootRequest): Promise<Guest> {
    if (this.bootFailure) throw new Error(this.bootFailure)
    const guest: HandGuest = { request }
    this.boots.push(guest)
    const end = (how: 'stop' | 'kill') => async () => {
      guest.ended = how
    }
    return {
      ready: Promise.resolve(),
      run: async () => ({ exitCode: 0, stdout: '', stderr: '', timedOut: false }),
      stop: end('stop'),
      kill: end('kill'),
      reboot: async () => undefined
    }
  }

  /** The latest guest of an instance. */
  of(instanceId: string): HandGuest {
    const guest = this.boots.findLast(({ request }) => request.id === instanceId)
    if (!guest) throw new Error(`${instanceId} was never booted`)
    return guest
  }

  bootsOf(instanceId: string): BootRequest[] {
    return this.boots.filter(({ request }) => request.id === instanceId).map(({ request }) => request)
  }

  async createVolume(volumeId: string, from: readonly string[]): Promise<void> {
    this.volumes.set(volumeId, from)
  }

  async deleteVolume(volumeId: string): Promise<void> {
    if (!this.volumes.delete(volumeId)) throw new Error(`${volumeId} was never made`)
  }

  async freeze(volumeId: string): Promise<readonly string[]> {
    return [...(this.volumes.get(volumeId) ?? []), `frozen:${volumeId}`]
  }

  async deleteLayers(layers: readonly string[]): Promise<void> {
    this.deletedLayers.push(...layers)
  }

  async sizeBytes(): Promise<number> {
    return 0
  }

  async close(): Promise<void> {}
}
