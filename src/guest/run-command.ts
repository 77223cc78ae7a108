import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  type GetCommandInvocationResult,
  ListCommandsCommand,
  SendCommandCommand
} from '@aws-sdk/client-ssm'
import type { Clients } from '../aws/aws.ts'
import { isTransient, serviceErrorName } from '../aws/failure.ts'
import { type Look, pause, waitFor } from '../aws/poller.ts'
import { AmiError } from '../errors.ts'
import type { Log } from '../run.ts'
import type { GuestSystem } from './guest-system.ts'

export interface CommandRequest {
  readonly system: GuestSystem
  readonly instanceId: string
  readonly script: string
  readonly timeoutSeconds: number
  /** Names this command among those of the instance: SendCommand has no ClientToken. */
  readonly comment: string
  readonly what: string
  readonly signal: AbortSignal
  readonly log: Log
  /** Called at each look while the command runs. */
  readonly onLook?: () => Promise<void>
}

export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly statusDetails: string
}

/** What the agent adds to a command's own time: delivery, start, report. */
const DELIVERY_SECONDS = 120
const MAX_ATTEMPTS = 5
const UNFINISHED = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling'])

/** Waits until the SSM agent of an instance answers. Errors: TIMEOUT with what to check. */
export async function awaitAgent(
  clients: Clients,
  instanceId: string,
  wait: { timeoutSeconds: number; signal: AbortSignal; log: Log }
): Promise<void> {
  const filters = [{ Key: 'InstanceIds', Values: [instanceId] }]
  const look = async (): Promise<Look<void>> => {
    const { InstanceInformationList: list = [] } = await clients.ssm.send(
      new DescribeInstanceInformationCommand({ Filters: filters })
    )
    return list.some(agent => agent.PingStatus === 'Online') ? { done: undefined } : { waiting: 'not registered' }
  }
  try {
    await waitFor({ what: `the SSM agent of ${instanceId}`, look, maxPauseSeconds: 3, ...wait })
  } catch (error) {
    if (!(error instanceof AmiError) || error.code !== 'TIMEOUT') throw error
    const hint =
      'The base image must have the SSM agent, the instance profile AmazonSSMManagedInstanceCore, and the subnet a way out to ssm, ssmmessages and ec2messages; or use `provision: { via: user-data }`.'
    throw new AmiError('TIMEOUT', error.message, { hint, cause: error })
  }
}

/**
 * Runs a script on an instance through Run Command and waits for its end.
 *
 * Result: exit code (-1 where it did not run), the first 24,000 characters of stdout. Errors: TIMEOUT.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
 */
export async function runCommand(clients: Clients, request: CommandRequest): Promise<CommandResult> {
  const parts = request.system.toCommands(request.script)
  const last = parts.pop() ?? []
  for (const [i, commands] of parts.entries()) {
    const of = `part ${i + 1} of ${parts.length}`
    const part = { ...request, comment: `${request.comment} ${of}`, what: `${of} of ${request.what}` }
    const sent = await runCommands(clients, part, commands)
    if (sent.exitCode !== 0) return sent
  }
  return runCommands(clients, request, last)
}

/** Sends a script that fits into one command, and does not wait for its end. */
export async function startCommand(clients: Clients, request: CommandRequest): Promise<void> {
  const [commands = []] = request.system.toCommands(request.script)
  await send(clients, request, commands)
}

async function runCommands(
  clients: Clients,
  request: CommandRequest,
  commands: readonly string[]
): Promise<CommandResult> {
  const { instanceId, timeoutSeconds, what, signal, log, onLook } = request
  const commandId = await send(clients, request, commands)
  const look = async (): Promise<Look<CommandResult>> => {
    await onLook?.()
    return readInvocation(await getInvocation(clients, commandId, instanceId))
  }
  try {
    return await waitFor({
      what,
      look,
      timeoutSeconds: timeoutSeconds + DELIVERY_SECONDS,
      maxPauseSeconds: 2,
      signal,
      log
    })
  } catch (error) {
    if (error instanceof AmiError && error.code === 'TIMEOUT') {
      await clients.ssm.send(new CancelCommandCommand({ CommandId: commandId, InstanceIds: [instanceId] }))
    }
    throw error
  }
}

async function send(clients: Clients, request: CommandRequest, commands: readonly string[]): Promise<string> {
  const { system, instanceId, timeoutSeconds, comment } = request
  const command = new SendCommandCommand({
    DocumentName: system.document,
    InstanceIds: [instanceId],
    Comment: comment,
    TimeoutSeconds: DELIVERY_SECONDS,
    Parameters: { commands: [...commands], executionTimeout: [String(timeoutSeconds)] }
  })
  for (let attempt = 1; ; attempt++) {
    try {
      const { Command: sent } = await clients.sendOnce.send(command)
      return sent?.CommandId ?? ''
    } catch (error) {
      if (!isTransient(error)) throw error
      const accepted = await findSent(clients, instanceId, comment)
      if (accepted) return accepted
      if (attempt === MAX_ATTEMPTS) throw error
      await pause(attempt * 1000, request.signal)
    }
  }
}

/** The answer to a SendCommand may be lost after its effect: the comment tells whether it had one. */
async function findSent(clients: Clients, instanceId: string, comment: string): Promise<string | undefined> {
  const { Commands: commands = [] } = await clients.ssm.send(new ListCommandsCommand({ InstanceId: instanceId }))
  return commands.find(command => command.Comment === comment)?.CommandId
}

async function getInvocation(
  clients: Clients,
  commandId: string,
  instanceId: string
): Promise<GetCommandInvocationResult> {
  try {
    return await clients.ssm.send(new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId }))
  } catch (error) {
    // Just sent, and not yet everywhere: SSM is eventually consistent.
    if (serviceErrorName(error) === 'InvocationDoesNotExist') return { Status: 'Pending', StatusDetails: 'Pending' }
    throw error
  }
}

function readInvocation(invocation: GetCommandInvocationResult): Look<CommandResult> {
  const { Status: status = 'Pending', StatusDetails: statusDetails = '' } = invocation
  if (UNFINISHED.has(status)) return { waiting: statusDetails || status }
  return {
    done: {
      exitCode: invocation.ResponseCode ?? -1,
      stdout: invocation.StandardOutputContent ?? '',
      stderr: invocation.StandardErrorContent ?? '',
      statusDetails
    }
  }
}
