import type { Handlers } from '../../handler.ts'
import { cancelCommand } from './cancel.ts'
import { getInvocation, listCommands, listInvocations } from './read-commands.ts'
import { sendCommand } from './send.ts'

export const runCommandHandlers = {
  SendCommand: sendCommand,
  CancelCommand: cancelCommand,
  GetCommandInvocation: getInvocation,
  ListCommandInvocations: listInvocations,
  ListCommands: listCommands
} satisfies Handlers
