import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { actOnEach } from '../../../src/commands/fleet/act-on-each.ts'
import { forEach } from '../../../src/commands/fleet/for-each.ts'
import { AmiError } from '../../../src/errors.ts'

const NEVER = new AbortController().signal

test('one bad id, or several, hold up no other, and each is acted on once', async () => {
  const anyIds = fc.uniqueArray(fc.stringMatching(/^i-[0-9a-f]{8}$/), { maxLength: 60 })
  const withBad = anyIds.chain(ids => fc.record({ ids: fc.constant(ids), bad: fc.subarray(ids) }))
  await fc.assert(
    fc.asyncProperty(withBad, async ({ ids, bad }) => {
      const done: string[] = []
      const act = async (part: string[]) => {
        if (part.some(id => bad.includes(id))) throw new Error('InvalidInstanceID')
        done.push(...part)
      }
      const failed = await actOnEach(ids, act, NEVER)
      expect([...failed.keys()].sort()).toEqual([...bad].sort())
      expect(new Set(done)).toEqual(new Set(ids.filter(id => !bad.includes(id))))
      expect(done).toHaveLength(ids.length - bad.length)
    })
  )
})

test('one bad id among a hundred costs few requests more', async () => {
  const ids = Array.from({ length: 100 }, (_, n) => `i-${n}`)
  let requests = 0
  const act = async (part: string[]) => {
    requests++
    if (part.includes('i-42')) throw new Error('OperationNotPermitted')
  }
  await actOnEach(ids, act, NEVER)
  expect(requests).toBeLessThanOrEqual(15)
})

test('where EC2 does not answer, it is not asked again for each', async () => {
  let requests = 0
  const act = async () => {
    requests++
    throw new AmiError('TIMEOUT', 'Waited 5 min')
  }
  const failed = await actOnEach(['i-1', 'i-2', 'i-3'], act, NEVER)
  expect({ requests, failed: [...failed.keys()] }).toEqual({ requests: 1, failed: ['i-1', 'i-2', 'i-3'] })
})

test('a cancelled run asks for nothing more', async () => {
  const cancelled = AbortSignal.abort(new Error('cancelled'))
  let requests = 0
  const act = async () => {
    requests++
    throw new Error('aborted')
  }
  await expect(actOnEach(['i-1', 'i-2'], act, cancelled)).rejects.toThrow('cancelled')
  expect(requests).toBe(1)
})

test('results come in the order of the items, a few at a time', async () => {
  let [running, most] = [0, 0]
  const found = await forEach([3, 1, 2], 2, async item => {
    most = Math.max(most, ++running)
    await new Promise(resolve => setTimeout(resolve, item))
    running--
    return item * 10
  })
  expect({ found, most }).toEqual({ found: [30, 10, 20], most: 2 })
})
