import { randomUUID } from 'node:crypto'
import type { BootRequest, Guest, Guests, RunResult } from './guests.ts'

/**
 * Guests without a machine: they boot and stop, and run nothing. Scripts come back as not run, never as passed.
 * `notice` says why guests are scripted; it is on every console.
 */
export function scriptedGuests(notice: string): Guests {
  const chains = new Map<string, readonly string[]>()
  return {
    kind: 'scripted',
    notice,
    createVolume: async (volumeId, from) => void (chains.has(volumeId) || chains.set(volumeId, from)),
    freeze: async volumeId => {
      const chain = [...(chains.get(volumeId) ?? []), `layer:${randomUUID()}`]
      chains.set(volumeId, chain)
      return chain
    },
    deleteVolume: async volumeId => void chains.delete(volumeId),
    deleteLayers: async () => {},
    sizeBytes: async () => 0,
    boot: async request => bootScripted(request, notice),
    close: async () => chains.clear()
  }
}

function bootScripted(request: BootRequest, notice: string): Guest {
  request.onConsole(`sandbox: ${notice}\n`)
  if (request.first && request.userData?.length) request.onConsole('sandbox: user data not run\n')
  return {
    ready: Promise.resolve(),
    run: async () => notRun(notice),
    stop: async () => {},
    kill: async () => {},
    reboot: async () => request.onConsole('sandbox: reboot\n')
  }
}

function notRun(reason: string): RunResult {
  return { exitCode: 0, stdout: '', stderr: '', timedOut: false, notRun: reason }
}
