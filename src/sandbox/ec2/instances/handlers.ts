import type { Handlers } from '../../handler.ts'
import { attributeHandlers } from './attributes.ts'
import { changeStateHandlers } from './change-state.ts'
import { consoleHandlers } from './console.ts'
import { describeHandlers } from './describe.ts'
import { interfaceHandlers } from './interface-handlers.ts'
import { modifyHandlers } from './modify.ts'
import { runHandlers } from './run.ts'
import { statusHandlers } from './status.ts'

/** All operations on instances. */
export const instanceHandlers = {
  ...runHandlers,
  ...describeHandlers,
  ...statusHandlers,
  ...consoleHandlers,
  ...changeStateHandlers,
  ...attributeHandlers,
  ...modifyHandlers,
  ...interfaceHandlers
} satisfies Handlers
