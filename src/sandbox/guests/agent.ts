import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { ENTERING, INSIDE } from './capabilities.ts'
import { HOST_ENV, runCommand } from './command.ts'
import type { RunRequest, RunResult } from './guests.ts'
import { Output } from './output.ts'
import type { Root } from './rights.ts'
import { toolInGuest } from './tools.ts'

/** Scripts may leave processes behind that hold on to the output: nobody waits for those. */
const DRAIN_MILLISECONDS = 100
const NO_POWERSHELL = 'guests are Linux here: PowerShell scripts need Windows'
const PACKAGE_MANAGERS = 'dnf yum zypper apk apt-get apt rpm'.split(' ')

/** Takes variables, an empty string and the script from its standard input; runs it in a session of its own. */
const RUN = `while IFS= read -r -d '' word && [ -n "$word" ]; do export "$word"; done
script=$(mktemp /run/sandbox/script.XXXXXX) && cat >"$script" && chmod 700 "$script" || exit 126
exec </dev/null
IFS= read -r first <"$script"
case $first in '#!'*) ;; *) set -- /bin/bash ;; esac
set -- ${[...toolInGuest('setsid'), '-w', ...INSIDE].join(' ')} "$@"
echo $$ >"/run/sandbox/$RUN_KEY.pid"
unset RUN_KEY word
exec "$@" "$script"`

let runs = 0

/** Runs a script in the guest whose PID 1 is `pid`, as its SSM agent would. Result: at most 2 MiB of each output. */
export async function runInGuest(root: Root, pid: string, request: RunRequest): Promise<RunResult> {
  if (request.shell === 'powershell') return notRun(NO_POWERSHELL)
  const key = `run-${++runs}`
  const env = ['env', '-i', `PATH=${HOST_ENV.PATH}`, 'HOME=/root', 'LANG=C.UTF-8', `RUN_KEY=${key}`]
  const enter = [...root, ...env, ...ENTERING, 'nsenter', '-t', pid, '-m', '-p', '-u', '-i', '-n', '-r', '-w', '--']
  const [program = '', ...args] = [...enter, '/bin/bash', '--norc', '-c', RUN]
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: HOST_ENV })
  child.stdin.on('error', () => undefined)
  child.stdin.end(`${words(request.env ?? {})}\0${request.script}`)
  const stdout = new Output(child.stdout, text => request.onOutput?.({ stdout: text }))
  const stderr = new Output(child.stderr, text => request.onOutput?.({ stderr: text }))
  const kill = () => killGroup(enter, key)
  const { exitCode, timedOut } = await finish(child, request, kill)
  const result = { exitCode, stdout: stdout.text, stderr: stderr.text, timedOut }
  const missing = exitCode === 127 ? missingPackageManager(stderr.text) : undefined
  return missing ? { ...result, notRun: `this guest's distribution has no ${missing}` } : result
}

function words(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}=${value}\0`)
    .join('')
}

async function finish(child: ChildProcess, request: RunRequest, kill: () => Promise<void>) {
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    void kill()
  }, request.timeoutSeconds * 1000)
  const abort = () => void kill()
  request.signal?.addEventListener('abort', abort, { once: true })
  if (request.signal?.aborted) abort()
  try {
    return { exitCode: await exitOf(child), timedOut }
  } finally {
    clearTimeout(timer)
    request.signal?.removeEventListener('abort', abort)
  }
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      const settle = () => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0))
      const late = setTimeout(settle, DRAIN_MILLISECONDS)
      child.on('close', () => {
        clearTimeout(late)
        settle()
      })
    })
  })
}

async function killGroup(enter: readonly string[], key: string): Promise<void> {
  const script = `for try in 1 2 3 4 5; do [ -s "$1" ] && break; sleep 0.1; done; pid=$(cat "$1"); kill -KILL -- "-$pid" || kill -KILL "$pid"`
  // The script may have ended meanwhile, or its guest.
  await runCommand([...enter, '/bin/bash', '--norc', '-c', script, 'kill', `/run/sandbox/${key}.pid`]).catch(
    () => undefined
  )
}

/** Only the sure case: the shell itself says that the command is not there. */
function missingPackageManager(stderr: string): string | undefined {
  return PACKAGE_MANAGERS.find(name => new RegExp(`\\b${name}: (command )?not found`).test(stderr))
}

function notRun(reason: string): RunResult {
  return { exitCode: 0, stdout: '', stderr: '', timedOut: false, notRun: reason }
}
