import { AmiError } from '../errors.ts'

/**
 * A signal that aborts when the job is cancelled, for which the runner sends SIGINT and 7.5 s later SIGTERM, or when
 * its time is over. Its reason is an AmiError, CANCELLED or TIMEOUT.
 */
export function watchForEnd(timeoutSeconds: number, timeoutName: string): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => controller.abort(new AmiError('CANCELLED', `The job was cancelled (${name})`)))
  }
  const timeOut = () => controller.abort(new AmiError('TIMEOUT', `Expected to be done within ${timeoutName}, was not`))
  // Node takes a longer delay for 1 ms.
  setTimeout(timeOut, Math.min(timeoutSeconds * 1_000, 2 ** 31 - 1)).unref()
  return controller.signal
}
