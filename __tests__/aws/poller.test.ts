import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Look, Wait } from '../../src/aws/poller.ts'
import { AmiError } from '../../src/errors.ts'
import { KeptLog } from './kept-log.ts'

/** Every pause, in milliseconds; it passes on the fake clock alone. */
const pauses: number[] = []
/** A pause that lasts until it is aborted. */
let isEndless = false

jest.unstable_mockModule('node:timers/promises', () => ({
  setTimeout: async (ms: number, _: undefined, { signal }: { signal: AbortSignal }) => {
    signal.throwIfAborted()
    pauses.push(ms)
    jest.setSystemTime(Date.now() + ms)
    if (isEndless)
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
  }
}))

const { waitFor } = await import('../../src/aws/poller.ts')

let log: KeptLog
beforeEach(() => {
  log = new KeptLog()
  pauses.length = 0
  isEndless = false
  jest.useFakeTimers({ now: 0, doNotFake: ['setTimeout', 'nextTick', 'setImmediate', 'queueMicrotask'] })
})
afterEach(() => {
  jest.useRealTimers()
})

/** Answers in turn, the last one for ever. */
function answers<T>(...looks: readonly (Look<T> | Error)[]): () => Promise<Look<T>> {
  let next = 0
  return async () => {
    const look = looks[Math.min(next++, looks.length - 1)]
    if (look === undefined || look instanceof Error) throw look
    return look
  }
}

const wait = <T>(look: () => Promise<Look<T>>, more: Partial<Wait<T>> = {}) =>
  waitFor({
    what: 'image ami-1 to become available',
    look,
    timeoutSeconds: 600,
    maxPauseSeconds: 5,
    log,
    signal: new AbortController().signal,
    ...more
  })

describe('what is awaited', () => {
  test('comes at once', async () => {
    await expect(wait(answers({ done: 'x' }))).resolves.toBe('x')
    expect({ pauses, lines: log.lines }).toEqual({ pauses: [], lines: [] })
  })

  test('comes after some looks', async () => {
    await expect(wait(answers<number>({ waiting: 'pending' }, { waiting: 'pending' }, { done: 7 }))).resolves.toBe(7)
    expect(pauses).toHaveLength(2)
  })

  test('may be nothing', async () => {
    await expect(wait(answers<undefined>({ waiting: 'there' }, { done: undefined }))).resolves.toBeUndefined()
  })

  test('a look that fails ends the wait', async () => {
    const failure = new AmiError('EC2', 'image ami-1 failed')
    await expect(wait(answers<never>({ waiting: 'pending' }, failure))).rejects.toBe(failure)
    expect(pauses).toHaveLength(1)
  })
})

test('looks come quickly at first, then evenly', async () => {
  await expect(wait(answers<never>({ waiting: 'pending' }), { timeoutSeconds: 60 })).rejects.toThrow()
  expect(pauses.slice(0, 4)).toEqual([100, 200, 400, 800])
  expect(Math.max(...pauses)).toBe(5000)
  expect(pauses.slice(-5, -1)).toEqual([5000, 5000, 5000, 5000])
})

test('the first pause is as long as asked for', async () => {
  const look = answers<string>({ waiting: 'pending' }, { waiting: 'pending' }, { done: 'x' })
  await wait(look, { firstPauseSeconds: 2 })
  expect(pauses).toEqual([2000, 4000])
})

test('a look may tell when the next one is worth it', async () => {
  const look = answers<string>({ waiting: '1%', pauseSeconds: 30 }, { waiting: '99%', pauseSeconds: 2 }, { done: 'x' })
  await wait(look)
  expect(pauses).toEqual([30_000, 2000])
})

describe('time-out', () => {
  test.each([
    [90, 'Waited 1 min 30 s for image ami-1 to become available; it is still pending 60%'],
    [3600, 'Waited 1 h for image ami-1 to become available; it is still pending 60%']
  ])('after %i s, with the last state', async (timeoutSeconds, message) => {
    const look = answers<never>({ waiting: 'pending' }, { waiting: 'pending 60%' })
    await expect(wait(look, { timeoutSeconds })).rejects.toMatchObject({ code: 'TIMEOUT', message })
    expect(Date.now()).toBe(timeoutSeconds * 1000)
  })

  test('there is a last look when the time is over', async () => {
    const look = async (): Promise<Look<string>> =>
      Date.now() >= 60_000 ? { done: 'just so' } : { waiting: 'pending' }
    await expect(wait(look, { timeoutSeconds: 60 })).resolves.toBe('just so')
  })

  test('of nothing means one look', async () => {
    await expect(wait(answers<never>({ waiting: 'pending' }), { timeoutSeconds: 0 })).rejects.toThrow('Waited 0 s for')
    expect(pauses).toEqual([])
  })
})

describe('the log', () => {
  test('says every change, and when', async () => {
    const look = answers<string>(
      ...['pending', 'pending', 'pending 40%', 'pending 40%', 'pending 90%'].map(waiting => ({ waiting })),
      { done: 'x' }
    )
    await wait(look)
    expect(log.lines).toEqual([
      'Waiting for image ami-1 to become available: pending',
      'Waiting for image ami-1 to become available: pending 40%',
      'Waiting for image ami-1 to become available: pending 90%, 2 s so far'
    ])
  })

  test('says every 30 s that nothing has changed', async () => {
    const options = { timeoutSeconds: 100, maxPauseSeconds: 1 }
    await expect(wait(answers<never>({ waiting: 'pending' }), options)).rejects.toThrow()
    expect(log.lines).toEqual([
      'Waiting for image ami-1 to become available: pending',
      expect.stringMatching(/: pending, 3[01] s so far$/),
      expect.stringMatching(/: pending, 1 min( [0-2] s)? so far$/),
      expect.stringMatching(/: pending, 1 min 3[0-3] s so far$/)
    ])
  })
})

describe('an abort', () => {
  const reason = new AmiError('CANCELLED', 'The job was cancelled')

  test('ends a pause at once, with its reason', async () => {
    isEndless = true
    const controller = new AbortController()
    const waiting = wait(answers<never>({ waiting: 'pending' }), { signal: controller.signal })
    setImmediate(() => controller.abort(reason))
    await expect(waiting).rejects.toBe(reason)
    expect(pauses).toEqual([100])
  })

  test('that came before the first pause needs none', async () => {
    await expect(wait(answers<never>({ waiting: 'pending' }), { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason
    )
    expect(pauses).toEqual([])
  })
})
