import { NodeHttpHandler } from '@smithy/node-http-handler'

/** Sends requests that end, sockets and all, as soon as the signal aborts: no call of ours holds up a cancelled job. */
export class AbortableHandler extends NodeHttpHandler {
  readonly #signal: AbortSignal

  constructor(signal: AbortSignal) {
    super({ connectionTimeout: 10_000, requestTimeout: 120_000 })
    this.#signal = signal
  }

  override handle(...[request, options]: Parameters<NodeHttpHandler['handle']>): ReturnType<NodeHttpHandler['handle']> {
    return super.handle(request, { ...options, abortSignal: this.#signal })
  }
}
