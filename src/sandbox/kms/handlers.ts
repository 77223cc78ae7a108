import type { Handlers } from '../handler.ts'
import { aliasHandlers } from './aliases.ts'
import { keyHandlers } from './keys.ts'
import { policyHandlers } from './policies.ts'

export const kmsHandlers = { ...keyHandlers, ...aliasHandlers, ...policyHandlers } satisfies Handlers
