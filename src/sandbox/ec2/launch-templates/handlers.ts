import type { Handlers } from '../../handler.ts'
import { createTemplateHandlers } from './create.ts'
import { createVersionHandlers } from './create-version.ts'
import { deleteTemplateHandlers } from './delete.ts'
import { describeTemplateHandlers } from './describe.ts'
import { describeVersionHandlers } from './describe-versions.ts'
import { instanceDataHandlers } from './instance-data.ts'
import { modifyTemplateHandlers } from './modify.ts'

export const launchTemplateHandlers = {
  ...createTemplateHandlers,
  ...createVersionHandlers,
  ...describeTemplateHandlers,
  ...describeVersionHandlers,
  ...modifyTemplateHandlers,
  ...deleteTemplateHandlers,
  ...instanceDataHandlers
} satisfies Handlers
