import { randomUUID } from 'node:crypto'
import type { SendCommandRequest, SendCommandResult } from '@aws-sdk/client-ssm'
import { ServiceError } from '../../errors.ts'
import type { Call, Handler } from '../../handler.ts'
import { refuseUnmodelled } from '../../unmodelled.ts'
import type { CommandRecord, InvocationRecord } from '../../world/records.ts'
import { isWindows, type ManagedNode, selectNodes } from '../managed-nodes.ts'
import { validation } from '../pages.ts'
import { delivering } from './deliver.ts'
import { describeCommand } from './describe-command.ts'
import { findDocument, type RunDocument, readScript } from './documents.ts'

const DEFAULT_DELIVERY_SECONDS = 3600
const MAX_INSTANCES = 50

/**
 * Sends a script to instances. There is no ClientToken: sent twice, it is run twice.
 *
 * @lacks PowerShell beyond the launch agents, Sysprep and a few cmdlets: a script with anything else is not run, and has failed
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
 */
export const sendCommand: Handler<SendCommandRequest, SendCommandResult> = (input, call) => {
  checkRequest(input)
  refuseUnmodelled(input, ['AlarmConfiguration', 'DocumentHash'])
  const document = findDocument(input.DocumentName ?? '')
  const script = readScript(input.Parameters ?? {})
  const nodes = selectNodes(readInstanceIds(input), call)
  for (const node of nodes) refusePlatform(node, document, call)
  const record = makeCommand(input, document, nodes, script.timeoutSeconds, call)
  for (const instanceId of record.invocations.keys()) {
    const name = { region: call.region.name, commandId: record.command.CommandId, instanceId }
    call.world.schedule.after(0, delivering, name)
  }
  return { Command: describeCommand(record) }
}

function checkRequest({ Comment: comment = '', TimeoutSeconds: seconds = 60 }: SendCommandRequest): void {
  if (comment.length > 100) {
    throw validation(constraint(comment, 'comment', 'Member must have length less than or equal to 100'))
  }
  if (!Number.isInteger(seconds) || seconds < 30 || seconds > 2_592_000) {
    throw validation(constraint(seconds, 'timeoutSeconds', 'Member must have value between 30 and 2592000'))
  }
}

const constraint = (value: string | number, path: string, what: string): string =>
  `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: ${what}`

/** By their ids, or by a target of the key InstanceIds. */
function readInstanceIds({ InstanceIds: ids = [], Targets: targets = [] }: SendCommandRequest): string[] {
  const other = targets.find(({ Key: key }) => key !== 'InstanceIds')
  if (other) {
    throw new ServiceError('UnsupportedOperation', `The sandbox models no targets by ${other.Key}, only InstanceIds`)
  }
  const all = [...ids, ...targets.flatMap(({ Values: values = [] }) => values)]
  if (all.length < 1 || all.length > MAX_INSTANCES) throw validation(`Expected 1 to ${MAX_INSTANCES} InstanceIds`)
  if (new Set(all).size < all.length) throw new ServiceError('DuplicateInstanceId', 'An instance is named twice')
  return all
}

function refusePlatform(node: ManagedNode, { name, platforms }: RunDocument, { region }: Call): void {
  const platform = isWindows(node, region) ? 'Windows' : 'Linux'
  if (platforms.includes(platform)) return
  const sentence = `The document ${name} does not support ${platform}, the platform of ${node.instance.InstanceId}`
  throw new ServiceError('UnsupportedPlatformType', sentence)
}

function makeCommand(
  input: SendCommandRequest,
  document: RunDocument,
  nodes: readonly ManagedNode[],
  scriptSeconds: number,
  { region, account, now }: Call
): CommandRecord {
  const CommandId = randomUUID()
  const { TimeoutSeconds: deliverySeconds = DEFAULT_DELIVERY_SECONDS } = input
  const shared = { CommandId, Comment: input.Comment ?? '', DocumentName: document.name, DocumentVersion: '$DEFAULT' }
  const record: CommandRecord = {
    ownerId: account,
    command: {
      ...shared,
      Parameters: input.Parameters,
      InstanceIds: nodes.map(({ instance }) => instance.InstanceId),
      Targets: input.Targets ?? [],
      RequestedDateTime: now,
      ExpiresAfter: new Date(now.getTime() + (deliverySeconds + scriptSeconds) * 1000),
      TimeoutSeconds: deliverySeconds
    },
    invocations: new Map(nodes.map(node => [node.instance.InstanceId, makeInvocation(shared, node, document)]))
  }
  region.commands.set(CommandId, record)
  return record
}

function makeInvocation(shared: object, { instance }: ManagedNode, { plugin }: RunDocument): InvocationRecord {
  return {
    isCancelled: false,
    invocation: {
      ...shared,
      InstanceId: instance.InstanceId,
      PluginName: plugin,
      ResponseCode: -1,
      ExecutionStartDateTime: '',
      ExecutionElapsedTime: '',
      ExecutionEndDateTime: '',
      Status: 'Pending',
      StatusDetails: 'Pending',
      StandardOutputContent: '',
      StandardOutputUrl: '',
      StandardErrorContent: '',
      StandardErrorUrl: ''
    }
  }
}
