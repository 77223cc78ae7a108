import type {
  CommandFilter,
  GetCommandInvocationRequest,
  GetCommandInvocationResult,
  ListCommandInvocationsRequest,
  ListCommandInvocationsResult,
  ListCommandsRequest,
  ListCommandsResult
} from '@aws-sdk/client-ssm'
import { ServiceError } from '../../errors.ts'
import type { Call, Handler } from '../../handler.ts'
import type { CommandRecord } from '../../world/records.ts'
import { page } from '../pages.ts'
import { describeCommand, describeInvocation, NO_CLOUDWATCH } from './describe-command.ts'

/**
 * Answers what became of a command on one instance, with its output, cut as AWS cuts it.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html
 */
export const getInvocation: Handler<GetCommandInvocationRequest, GetCommandInvocationResult> = (input, call) => {
  const { CommandId: commandId = '', InstanceId: instanceId = '', PluginName: plugin } = input
  const found = ownCommand(commandId, call)?.invocations.get(instanceId)
  if (!found) throw new ServiceError('InvocationDoesNotExist', '')
  if (plugin !== undefined && plugin !== found.invocation.PluginName) throw new ServiceError('InvalidPluginName', '')
  return { ...found.invocation, CloudWatchOutputConfig: NO_CLOUDWATCH }
}

/**
 * Lists what became of commands, instance by instance, with the output where details are asked for.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommandInvocations.html
 */
export const listInvocations: Handler<ListCommandInvocationsRequest, ListCommandInvocationsResult> = (input, call) => {
  const { InstanceId: instanceId, Details: details = false } = input
  const invocations = select(input.CommandId, input.Filters, call).flatMap(command =>
    [...command.invocations.values()]
      .filter(({ invocation }) => (instanceId ?? invocation.InstanceId) === invocation.InstanceId)
      .map(invocation => describeInvocation(command, invocation, details))
  )
  const { page: CommandInvocations, ...rest } = page(invocations, input)
  return { CommandInvocations, ...rest }
}

/**
 * Lists the commands that the account has sent.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommands.html
 */
export const listCommands: Handler<ListCommandsRequest, ListCommandsResult> = (input, call) => {
  const { InstanceId: instanceId } = input
  const commands = select(input.CommandId, input.Filters, call)
    .filter(({ invocations }) => instanceId === undefined || invocations.has(instanceId))
    .map(describeCommand)
  const { page: Commands, ...rest } = page(commands, input)
  return { Commands, ...rest }
}

/** The account's commands, newest first. Errors: InvalidCommandId, InvalidFilterKey. */
function select(id: string | undefined, filters: readonly CommandFilter[] = [], call: Call): CommandRecord[] {
  const tests = filters.map(compileFilter)
  const commands = id === undefined ? ownCommands(call) : [findCommand(id, call)]
  return commands.filter(command => tests.every(test => test(command))).reverse()
}

function compileFilter({ key, value = '' }: CommandFilter): (command: CommandRecord) => boolean {
  switch (key) {
    case 'Status':
      return command => describeCommand(command).Status === value
    case 'DocumentName':
      return ({ command }) => command.DocumentName === value
    case 'InvokedAfter':
      return ({ command }) => command.RequestedDateTime.getTime() >= Date.parse(value)
    case 'InvokedBefore':
      return ({ command }) => command.RequestedDateTime.getTime() < Date.parse(value)
    default:
      throw new ServiceError('InvalidFilterKey', `The specified filter key ${key} is not valid`)
  }
}

/** Errors: InvalidCommandId. */
export function findCommand(id: string, call: Call): CommandRecord {
  const found = ownCommand(id, call)
  if (found) return found
  throw new ServiceError('InvalidCommandId', `The command ${id.slice(0, 40)} does not exist`)
}

function ownCommand(id: string, { region, account }: Call): CommandRecord | undefined {
  const found = region.commands.get(id)
  return found?.ownerId === account ? found : undefined
}

const ownCommands = ({ region, account }: Call): CommandRecord[] =>
  [...region.commands.values()].filter(({ ownerId }) => ownerId === account)
