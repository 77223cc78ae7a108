import type { Handlers } from '../../handler.ts'
import { createFleetHandlers } from './create.ts'
import { deleteFleetHandlers } from './delete.ts'
import { describeFleetHandlers } from './describe.ts'
import { spotFleetHandlers } from './spot-fleets.ts'

/** All operations on fleets and spot fleets. */
export const fleetHandlers = {
  ...createFleetHandlers,
  ...describeFleetHandlers,
  ...deleteFleetHandlers,
  ...spotFleetHandlers
} satisfies Handlers
