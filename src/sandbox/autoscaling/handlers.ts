import type { Handlers } from '../handler.ts'
import { launchConfigurationHandlers } from './launch-configurations.ts'

export const autoScalingHandlers = { ...launchConfigurationHandlers } satisfies Handlers
