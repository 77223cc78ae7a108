import { describe, expect, test } from '@jest/globals'
import { untilAborted } from '../../src/aws/abort.ts'
import { AmiError } from '../../src/errors.ts'

const reason = new AmiError('CANCELLED', 'The job was cancelled')
const never = new Promise<never>(() => undefined)

describe('work under a signal', () => {
  test('succeeds as it does', async () => {
    await expect(untilAborted(Promise.resolve(7), new AbortController().signal)).resolves.toBe(7)
  })

  test('fails as it does', async () => {
    const failure = new Error('x')
    await expect(untilAborted(Promise.reject(failure), new AbortController().signal)).rejects.toBe(failure)
  })

  test('fails with the reason as soon as the signal aborts, whatever the work waits for', async () => {
    const controller = new AbortController()
    const result = untilAborted(never, controller.signal)
    controller.abort(reason)
    await expect(result).rejects.toBe(reason)
  })

  test('fails with the reason where it came before', async () => {
    await expect(untilAborted(Promise.resolve(7), AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  test('that fails after the abort goes unnoticed', async () => {
    const late = Promise.reject(new Error('late'))
    await expect(untilAborted(late, AbortSignal.abort(reason))).rejects.toBe(reason)
    // An unhandled rejection would fail this test.
    await new Promise(resolve => setImmediate(resolve))
  })

  test('leaves no listener behind, however often the signal is used', async () => {
    const { signal } = new AbortController()
    const listeners = new Set<unknown>()
    const { addEventListener, removeEventListener } = signal
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners.add(args[1])
      addEventListener.apply(signal, args)
    }
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners.delete(args[1])
      removeEventListener.apply(signal, args)
    }
    await untilAborted(Promise.resolve(1), signal)
    await untilAborted(Promise.reject(new Error('x')), signal).catch(() => undefined)
    expect(listeners.size).toBe(0)
  })
})
