import type { Handlers } from '../../handler.ts'
import { attributeHandlers } from './attributes.ts'
import { consoleHandlers } from './console.ts'
import { describeHandlers } from './describe.ts'
import { interfaceHandlers } from './interface-handlers.ts'
import { metadataDefaultsHandlers } from './metadata-defaults.ts'
import { modifyHandlers } from './modify.ts'
import { passwordHandlers } from './password.ts'
import { rebootHandlers } from './reboot.ts'
import { runHandlers } from './run.ts'
import { statusHandlers } from './status.ts'
import { stopStartHandlers } from './stop-start.ts'
import { terminateHandlers } from './terminate.ts'
import { visibilityHandlers } from './visibility.ts'

/** All operations on instances. */
export const instanceHandlers = {
  ...runHandlers,
  ...describeHandlers,
  ...statusHandlers,
  ...consoleHandlers,
  ...stopStartHandlers,
  ...rebootHandlers,
  ...terminateHandlers,
  ...attributeHandlers,
  ...modifyHandlers,
  ...metadataDefaultsHandlers,
  ...passwordHandlers,
  ...visibilityHandlers,
  ...interfaceHandlers
} satisfies Handlers
