import type { Guest, RunRequest, RunResult } from '../../guests/guests.ts'
import type { InvocationRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'
import type { World } from '../../world/world.ts'
import { isManagedNode, isWindows, type ManagedNode } from '../managed-nodes.ts'
import { agentScript } from './agent-script.ts'
import type { RunDocument, Script } from './documents.ts'
import { begin, type Ending, finish } from './invocation.ts'

/** An accepted command on one instance. */
export interface Job {
  readonly world: World
  readonly region: Region
  readonly node: ManagedNode
  readonly record: InvocationRecord
  readonly commandId: string
  readonly document: RunDocument
  readonly script: Script
  /** Aborts when the command is cancelled. */
  readonly signal: AbortSignal
}

/**
 * With this exit code a script asks for a reboot, after which it is run again from its beginning.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-reboot.html
 */
const REBOOT: Readonly<Record<RunDocument['shell'], number>> = { bash: 194, powershell: 3010 }
/** What the agent reports of a script that it has killed. */
const KILLED = 137
/** From here on a shell's exit code says which signal ended the script. */
const SIGNALLED = 128
const LOOK_AGAIN_MS = 50
/** How long it takes at the most until an instance that has gone down is known to have. */
const SETTLE_MS = 300

/**
 * Runs an accepted command on its instance; the invocation's record tells how it goes. Result: whether it has ended;
 * not where the instance has gone away with its agent, which then reports nothing any more.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
 */
export async function execute(job: Job): Promise<boolean> {
  const { world, region, record, document, node } = job
  begin(record, world.clock.now())
  const ending =
    document.shell === 'powershell' && !isWindows(node, region)
      ? invalidPlatform('the base image of this instance has no PowerShell')
      : await runThroughReboots(job)
  if (ending) finish(record, world.clock.now(), ending)
  return ending !== undefined
}

async function runThroughReboots(job: Job): Promise<Ending | undefined> {
  const deadline = Date.now() + job.script.timeoutSeconds * 1000
  let printed = { stdout: '', stderr: '' }
  let rebooted: Guest | undefined
  for (;;) {
    const guest = await awaitGuest(job, deadline, rebooted)
    const result = guest && (await run(job, guest, deadline))
    if (!guest || !result) return undefined
    printed = { stdout: printed.stdout + result.stdout, stderr: printed.stderr + result.stderr }
    if (result.exitCode !== REBOOT[job.document.shell] || job.record.isCancelled)
      return endingOf({ ...result, ...printed }, job)
    rebooted = guest
    await guest.reboot()
  }
}

/** Undefined where the guest went down with the script. */
async function run(job: Job, guest: Guest, deadline: number): Promise<RunResult | undefined> {
  const { world, region, node, commandId, document, script } = job
  const { InstanceId: id } = node.instance
  const request: RunRequest = {
    script: document.shell === 'bash' ? agentScript(script, id, commandId) : script.text,
    shell: document.shell,
    timeoutSeconds: Math.max(1, Math.ceil((deadline - Date.now()) / 1000)),
    signal: job.signal,
    env: { AWS_SSM_INSTANCE_ID: id, AWS_SSM_REGION_NAME: region.name }
  }
  const result = await guest.run(request).catch(asFailure)
  if (result.exitCode >= SIGNALLED && !result.timedOut) await pause(SETTLE_MS)
  return world.running.get(id) === guest ? result : undefined
}

const asFailure = (error: unknown): RunResult => ({
  exitCode: SIGNALLED,
  stdout: '',
  stderr: error instanceof Error ? error.message : String(error),
  timedOut: false
})

function endingOf({ exitCode, stdout, stderr, timedOut, notRun }: RunResult, { record }: Job): Ending {
  if (record.isCancelled) return { status: 'Cancelled', exitCode: KILLED, stdout, stderr }
  if (notRun !== undefined) return invalidPlatform(notRun)
  if (timedOut) return { status: 'TimedOut', details: 'ExecutionTimedOut', exitCode: KILLED, stdout, stderr }
  if (exitCode === 0) return { status: 'Success', exitCode, stdout, stderr }
  const gap = stderr === '' || stderr.endsWith('\n') ? '' : '\n'
  const said = `${stderr}${gap}failed to run commands: exit status ${exitCode}`
  return { status: 'Failed', exitCode, stdout, stderr: said }
}

/** How the sandbox says that it could not run a script here: never as passed. */
const invalidPlatform = (stderr: string): Ending => ({
  status: 'Failed',
  details: 'InvalidPlatform',
  exitCode: -1,
  stderr
})

/** The guest of a running instance whose agent answers; after a reboot another one than before. Undefined if none comes. */
async function awaitGuest({ world, node, record }: Job, deadline: number, before?: Guest): Promise<Guest | undefined> {
  const { instance } = node
  while (instance.State?.Name === 'running' && !record.isCancelled && Date.now() < deadline) {
    const guest = world.running.get(instance.InstanceId)
    if (guest && guest !== before && isManagedNode(node, world)) return guest
    await pause(LOOK_AGAIN_MS)
  }
  return undefined
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms).unref())
