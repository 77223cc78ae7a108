import type { Handlers } from '../handler.ts'
import { deleteParameterHandlers } from './delete-parameters.ts'
import { describeParameterHandlers } from './describe-parameters.ts'
import { historyHandlers } from './history.ts'
import { labelHandlers } from './labels.ts'
import { managedNodeHandlers } from './managed-nodes.ts'
import { parameterTagHandlers } from './parameter-tags.ts'
import { putParameterHandlers } from './put-parameter.ts'
import { readParameterHandlers } from './read-parameters.ts'
import { runCommandHandlers } from './run-command/handlers.ts'

export const ssmHandlers = {
  ...readParameterHandlers,
  ...putParameterHandlers,
  ...deleteParameterHandlers,
  ...describeParameterHandlers,
  ...historyHandlers,
  ...labelHandlers,
  ...parameterTagHandlers,
  ...runCommandHandlers,
  ...managedNodeHandlers
} satisfies Handlers
