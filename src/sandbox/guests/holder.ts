import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { type CommandOptions, HOST_ENV, runCommand } from './command.ts'
import type { Root } from './rights.ts'
import { COPY_TOOLS } from './tools.ts'

/**
 * The namespaces that everything of the guests lives in: all mounts, all layers, all processes. They are held by a
 * process that reads its standard input. Whatever ends the sandbox closes that pipe, and the kernel clears up.
 */
export interface Holder {
  /** The words that run a program as root inside, in the work folder. */
  readonly enter: readonly string[]
  readonly root: Root
  /** Runs a bash script inside, in the work folder; `args` are its $1, $2, …. Result: its standard output. */
  bash(script: string, args?: readonly string[], options?: CommandOptions): Promise<string>
  close(): Promise<void>
}

/** The work folder is only there for processes inside: to the host, this stays its own /tmp. */
const WORK = '/tmp'

const HOLD = `set -eu
if [ -n "$1" ]; then
  if [ ! -e "$1" ]; then
    truncate -s 64G "$1.new"
    mkfs.ext4 -q -F -E lazy_itable_init=1 "$1.new"
    mv "$1.new" "$1"
  fi
  mount -o loop "$1" ${WORK}
else
  mount -t tmpfs -o mode=700 layers ${WORK}
fi
cd ${WORK}
rm -rf b g e t
mkdir -p l v
mkdir b g e
${COPY_TOOLS}
read -r pid rest </proc/self/stat
echo "$pid"
read -r end || true`

/**
 * Starts a holder. With a state folder the layers are in a file there, and those of an earlier process with them; else
 * in memory. Errors: an Error with what mount said.
 */
export async function startHolder(root: Root, stateFolder?: string): Promise<Holder> {
  if (stateFolder !== undefined) await mkdir(stateFolder, { recursive: true })
  const file = stateFolder === undefined ? '' : `${stateFolder}/layers.ext4`
  const unshare = ['unshare', '--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child=KILL']
  const [program = '', ...args] = [...root, ...unshare, 'bash', '--norc', '-c', HOLD, 'hold', file]
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: HOST_ENV })
  const pid = await firstLine(child)
  const enter = [...root, 'nsenter', '-t', pid, '-m', '-p', '-w', '--']
  return {
    enter,
    root,
    bash: (script, args = [], options) =>
      runCommand([...enter, 'bash', '--norc', '-euc', script, 'bash', ...args], options),
    close: () => end(child)
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  const output = { stdout: '', stderr: '' }
  child.stderr?.on('data', chunk => (output.stderr += chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', code => reject(new Error(`no place for the guests' layers (${code}): ${output.stderr.trim()}`)))
    child.stdout?.on('data', chunk => {
      output.stdout += chunk
      if (output.stdout.includes('\n')) resolve(output.stdout.trim())
    })
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.stdin?.end()
  await exit
}
