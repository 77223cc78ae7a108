import type { Handlers } from '../../handler.ts'
import { evaluating } from './evaluate.ts'
import { expiring } from './expire.ts'
import { interruptTransitions } from './interrupt.ts'
import { spotPriceHandlers } from './price-history.ts'
import { requestSpotHandlers } from './request-spot.ts'
import { spotRequestHandlers } from './requests.ts'

/** All operations on spot requests. */
export const spotHandlers = {
  ...requestSpotHandlers,
  ...spotRequestHandlers,
  ...spotPriceHandlers
} satisfies Handlers

export const spotTransitions = [evaluating, expiring, ...interruptTransitions]
