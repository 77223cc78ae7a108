import { expect, test } from '@jest/globals'
import { sweep } from '../../src/commands/sweep-loop.ts'

/** Sweeps what successive reads show; the last one is repeated. */
async function sweepReads(reads: readonly string[][], pausesMs: readonly number[] = [1]) {
  const acted: string[][] = []
  let count = 0
  const swept = await sweep(
    async () => reads[Math.min(count++, reads.length - 1)] ?? [],
    async ids => {
      acted.push(ids)
    },
    () => pausesMs
  )
  return { acted, swept, count }
}

test('one empty read does not mean that there is nothing', async () => {
  expect(await sweepReads([[], ['i-1'], []])).toEqual({ acted: [['i-1']], swept: ['i-1'], count: 4 })
})

test('two empty reads in a row do', async () => {
  expect(await sweepReads([[], [], ['i-1']])).toEqual({ acted: [], swept: [], count: 2 })
})

test('with more pauses it takes more reads', async () => {
  expect(await sweepReads([[], [], [], ['i-1']], [1, 1, 1])).toMatchObject({ swept: ['i-1'] })
})

test('what was swept and can still be seen is not swept again', async () => {
  expect(await sweepReads([['i-1'], ['i-1', 'i-2'], ['i-1', 'i-2']])).toMatchObject({
    acted: [['i-1'], ['i-2']],
    swept: ['i-1', 'i-2']
  })
})
