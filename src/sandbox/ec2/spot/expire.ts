import type { Transition } from '../../world/transition.ts'
import { enterSpot, isLive } from './status.ts'

/** Names a spot request, as its transitions do. */
export interface SpotRequestName {
  readonly region: string
  readonly spotRequestId: string
}

/** The end of a request's ValidUntil: its instance goes on. */
export const expiring: Transition<SpotRequestName> = {
  name: 'expire a spot request',
  act: (world, { region, spotRequestId }) => {
    const record = world.usedRegion(region)?.spotRequests.get(spotRequestId)
    if (record && isLive(record)) enterSpot(record, 'cancelled', 'schedule-expired', world.clock.now())
  }
}
