import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { HOST_ENV, runCommand } from './command.ts'
import { LAUNCH } from './guest-script.ts'
import type { GuestEnd } from './guests.ts'
import type { Holder } from './holder.ts'

export interface Launch {
  readonly id: string
  readonly hostname: string
  /** Nothing for a guest without a network. */
  readonly address: string
  readonly root: { readonly lower: string; readonly volumeId: string }
  readonly data: readonly { readonly name: string; readonly lower: string; readonly volumeId: string }[]
  onConsole(text: string): void
}

/** The processes of a running guest. PIDs are the host's. */
export interface GuestProcess {
  readonly pid: Promise<string>
  /** The process in the network namespace that the guest's link ends in. Settles only for a guest with a network. */
  readonly routerPid: Promise<string>
  /** How the guest ended, once its console is complete. */
  readonly ended: Promise<GuestEnd>
  /** Gives PID 1 the program to boot. */
  boot(program: string): void
  signal(name: 'TERM' | 'HUP' | 'KILL'): Promise<void>
}

/** Starts the namespaces and PID 1 of a guest. */
export function launch(holder: Holder, request: Launch): GuestProcess {
  const { id, hostname, address, root, data } = request
  const words = [id, hostname, address, root.lower, root.volumeId, ...data.flatMap(d => [d.name, d.lower, d.volumeId])]
  const argv = [...holder.enter, 'unshare', '--net', '--', 'bash', '--norc', '-c', LAUNCH, 'launch', ...words]
  const [program = '', ...args] = argv
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: HOST_ENV })
  child.stdin.on('error', () => undefined)
  child.stdout.setEncoding('utf8').on('data', request.onConsole)
  const { guest, router } = readPids(child, request.onConsole)
  const ended = new Promise<GuestEnd>(resolve => child.on('close', code => resolve(endOf(code))))
  return {
    pid: guest,
    routerPid: router,
    ended,
    boot: text => void child.stdin.end(text),
    signal: async name => {
      const pid = await guest
      // A guest that has just ended by itself is as good as told.
      await runCommand([...holder.root, 'kill', `-${name}`, pid]).catch(() => undefined)
    }
  }
}

function endOf(code: number | null): GuestEnd {
  if (code === 0) return 'poweroff'
  return code === 129 ? 'reboot' : 'crash'
}

interface Pids {
  readonly guest: Promise<string>
  readonly router: Promise<string>
}

function readPids(child: ChildProcess, onConsole: (text: string) => void): Pids {
  const failed: ((error: Error) => void)[] = []
  const found = new Map<string, (pid: string) => void>()
  const expected = (name: string) => {
    const pid = new Promise<string>((resolve, reject) => {
      found.set(name, resolve)
      failed.push(reject)
    })
    pid.catch(() => undefined)
    return pid
  }
  const pids = { guest: expected('guest'), router: expected('router') }
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', line => {
      const [, name = '', pid = ''] = /^(guest|router) (\d+)$/.exec(line) ?? []
      const settle = found.get(name)
      if (settle) settle(pid)
      else onConsole(`${line}\n`)
    })
  }
  const failAll = (error: Error) => {
    for (const reject of failed) reject(error)
  }
  child.on('error', failAll)
  child.on('close', code => failAll(new Error(`the guest did not boot (${code})`)))
  return pids
}
