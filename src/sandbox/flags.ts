import { isIP } from 'node:net'
import { parseArgs } from 'node:util'
import { parseLatency } from './world/latency.ts'

export interface Flags {
  readonly port: number
  /** The address to listen on; loopback unless it is asked for by name. */
  readonly host: string
  readonly latencyFactor: number
  readonly state?: string
  readonly guests: 'real' | 'scripted'
  readonly bases: Readonly<Record<string, string>>
  readonly allowSelfHosted: boolean
}

export const USAGE = `usage: sandbox [--port N] [--host ADDRESS] [--latency instant|aws|FACTOR] [--state DIR]
               [--guests real|scripted] [--base NAME=TAR]... [--allow-self-hosted]`

/** Reads the command line. Errors: an Error whose message names the flag and what it takes. */
export function parseFlags(argv: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      latency: { type: 'string', default: 'instant' },
      state: { type: 'string' },
      guests: { type: 'string', default: 'real' },
      base: { type: 'string', multiple: true, default: [] },
      'allow-self-hosted': { type: 'boolean', default: false }
    }
  })
  return {
    port: readPort(values.port),
    host: readHost(values.host),
    latencyFactor: readLatency(values.latency),
    ...(values.state !== undefined && { state: values.state }),
    guests: readGuests(values.guests),
    bases: Object.fromEntries(values.base.map(readBase)),
    allowSelfHosted: values['allow-self-hosted']
  }
}

function readPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65535) return port
  throw new Error(`--port takes a number from 0 (any free port) to 65535, not '${text}'`)
}

function readHost(text: string): string {
  if (isIP(text)) return text
  throw new Error(`--host takes an IP address of this machine, such as 0.0.0.0 for all, not '${text}'`)
}

function readLatency(text: string): number {
  const factor = parseLatency(text)
  if (factor !== undefined) return factor
  throw new Error(`--latency takes instant, aws, or a factor such as 0.1, not '${text}'`)
}

function readGuests(text: string): 'real' | 'scripted' {
  if (text === 'real' || text === 'scripted') return text
  throw new Error(`--guests takes real or scripted, not '${text}'`)
}

function readBase(text: string): [name: string, tar: string] {
  const [, name, tar] = /^([\w.-]+)=(.+)$/.exec(text) ?? []
  if (name && tar) return [name, tar]
  throw new Error(`--base takes NAME=TAR, such as al2023=al2023.tar, not '${text}'`)
}
