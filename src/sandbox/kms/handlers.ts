import type { Handlers } from '../handler.ts'
import { aliasHandlers } from './aliases.ts'
import { endGrantHandlers } from './end-grants.ts'
import { grantHandlers } from './grants.ts'
import { keyHandlers } from './keys.ts'
import { policyHandlers } from './policies.ts'
import { replicaHandlers } from './replicate.ts'
import { keyTagHandlers } from './tags.ts'

export const kmsHandlers = {
  ...keyHandlers,
  ...aliasHandlers,
  ...policyHandlers,
  ...grantHandlers,
  ...endGrantHandlers,
  ...keyTagHandlers,
  ...replicaHandlers
} satisfies Handlers
