import type { Handlers } from '../handler.ts'
import { parameterTagHandlers } from './parameter-tags.ts'
import { readParameterHandlers } from './read-parameters.ts'
import { writeParameterHandlers } from './write-parameters.ts'

export const ssmHandlers = {
  ...readParameterHandlers,
  ...writeParameterHandlers,
  ...parameterTagHandlers
} satisfies Handlers
