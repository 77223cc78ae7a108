import type { Handlers } from '../handler.ts'
import { managedNodeHandlers } from './managed-nodes.ts'
import { parameterTagHandlers } from './parameter-tags.ts'
import { readParameterHandlers } from './read-parameters.ts'
import { runCommandHandlers } from './run-command/handlers.ts'
import { writeParameterHandlers } from './write-parameters.ts'

export const ssmHandlers = {
  ...readParameterHandlers,
  ...writeParameterHandlers,
  ...parameterTagHandlers,
  ...runCommandHandlers,
  ...managedNodeHandlers
} satisfies Handlers
