import type { HttpResponse, MetadataBearer, Pluggable } from '@smithy/types'
import { untilAborted } from './abort.ts'
import type { Ec2Clock } from './clock.ts'
import { describeFailure, serviceErrorName } from './failure.ts'

interface Watch {
  readonly clock: Ec2Clock
  readonly signal: AbortSignal
  readonly region: string
  /** Assumes the role anew; only with `role-to-assume`. */
  readonly renew?: (() => Promise<unknown>) | undefined
}

const EXPIRED = new Set(['RequestExpired', 'ExpiredToken', 'ExpiredTokenException'])

/**
 * What every call of a client does besides: it ends with the signal, tells the clock EC2's time, says a failure in
 * one sentence, and goes once more after a session that had expired.
 */
export function watchCalls(
  service: string,
  { clock, signal, region, renew }: Watch
): Pluggable<object, MetadataBearer> {
  return {
    applyToStack: stack => {
      hearClock(clock).applyToStack(stack)
      stack.add(
        (next, context) => async args => {
          const attempt = () => untilAborted(next(args), signal)
          const action = `${service}:${String(context.commandName).replace(/Command$/, '')}`
          try {
            return await attempt().catch(async error => {
              if (!renew || !EXPIRED.has(serviceErrorName(error))) throw error
              await renew()
              return attempt()
            })
          } catch (error) {
            signal.throwIfAborted()
            throw describeFailure(error, action, region)
          }
        },
        { step: 'initialize', name: 'watchCalls', priority: 'high' }
      )
    }
  }
}

/** Lets a client's answers tell EC2's time. */
export function hearClock(clock: Ec2Clock): Pluggable<object, MetadataBearer> {
  return {
    applyToStack: stack =>
      stack.add(
        next => async args => {
          const result = await next(args)
          clock.hear((result.response as HttpResponse).headers?.date)
          return result
        },
        { step: 'deserialize', name: 'hearClock', priority: 'low' }
      )
  }
}
