import type { Handlers } from '../handler.ts'
import { attachInstanceHandlers } from './attach-instances.ts'
import { createGroupHandlers } from './create-group.ts'
import { deleteGroupHandlers } from './delete-group.ts'
import { activityHandlers } from './describe-activities.ts'
import { describeGroupHandlers } from './describe-groups.ts'
import { launchConfigurationHandlers } from './launch-configurations.ts'
import { processHandlers } from './processes.ts'
import { refreshHandlers } from './refresh.ts'
import { tagHandlers } from './tags.ts'
import { terminateInstanceHandlers } from './terminate-instances.ts'
import { updateGroupHandlers } from './update-group.ts'
import { warmPoolHandlers } from './warm-pool.ts'

export const autoScalingHandlers = {
  ...launchConfigurationHandlers,
  ...createGroupHandlers,
  ...updateGroupHandlers,
  ...deleteGroupHandlers,
  ...describeGroupHandlers,
  ...activityHandlers,
  ...terminateInstanceHandlers,
  ...attachInstanceHandlers,
  ...processHandlers,
  ...refreshHandlers,
  ...warmPoolHandlers,
  ...tagHandlers
} satisfies Handlers
