import { describe } from '@jest/globals'
import type { BootRequest, Guest, GuestEnd, Guests, RunRequest } from '../../../src/sandbox/guests/guests.ts'

const isRoot = process.platform === 'linux' && process.getuid?.() === 0

/** Real guests need root on Linux. */
export const describeReal = isRoot ? describe : describe.skip

/** A guest together with what it says and how it ends. */
export interface Machine {
  readonly guest: Guest
  readonly console: () => string
  readonly ended: Promise<GuestEnd>
  /** Resolves when the console has this text. */
  says(text: string): Promise<void>
}

export async function start(
  guests: Guests,
  id: string,
  volumeId: string,
  more: Partial<BootRequest> = {}
): Promise<Machine> {
  let output = ''
  let onText = () => {}
  let onEnd: (how: GuestEnd) => void = () => {}
  const ended = new Promise<GuestEnd>(resolve => {
    onEnd = resolve
  })
  const guest = await guests.boot({
    id,
    volumes: [{ volumeId, device: '/dev/xvda', root: true }],
    first: true,
    metadata: {
      'meta-data/instance-id': id,
      'meta-data/local-ipv4': '172.31.0.5',
      'meta-data/local-hostname': 'ip-172-31-0-5.ec2.internal'
    },
    agent: true,
    onConsole: text => {
      output += text
      onText()
    },
    onEnd,
    ...more
  })
  const says = (text: string) =>
    new Promise<void>(resolve => {
      onText = () => output.includes(text) && resolve()
      onText()
    })
  return { guest, console: () => output, ended, says }
}

export function sh(machine: Machine, script: string, more: Partial<RunRequest> = {}) {
  return machine.guest.run({ script, shell: 'bash', timeoutSeconds: 20, ...more })
}

export async function stdoutOf(machine: Machine, script: string): Promise<string> {
  return (await sh(machine, script)).stdout.trim()
}
