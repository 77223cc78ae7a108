import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { dueAt, HEAD, imagesOf, keepInBin, ownId, seedFamily, stateOf } from './support/family.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const STAGES = ['current', 'deprecated', 'disabled'] as const
const POLICY = 'sunset: { keep: 1, max-images: 100, max-percent: 100 }'

const sunset = (account: string): Job =>
  new Job(sandbox, { account, files: { 'recipe.yml': recipe(undefined, POLICY) }, inputs: { command: 'sunset' } })

/** An account with a published image, and others of which each is due for its next stage. */
async function makeAccount(count = 1): Promise<{ account: string; ids: string[] }> {
  const account = newAccount()
  const images = Array.from({ length: count }, (_, i) =>
    STAGES.map((stage, j) => dueAt(stage, ownId(account, i * STAGES.length + j + 1)))
  ).flat()
  await seedFamily(sandbox, account, [{ ...HEAD, imageId: ownId(account, 0) }, ...images])
  await keepInBin(sandbox, account)
  return { account, ids: images.map(({ imageId }) => imageId) }
}

const statesOf = (account: string, ids: readonly string[]): Promise<string[]> =>
  Promise.all(ids.map(id => stateOf(sandbox, account, id)))

/** What the tags tell of how far each image is. */
async function journalOf(account: string): Promise<Record<string, string | undefined>> {
  const images = await imagesOf(sandbox, account)
  const stageOf = (id: string) => images.get(id)?.Tags?.find(({ Key }) => Key === 'ami-action:stage')?.Value
  return Object.fromEntries([...images.keys()].map(id => [id.slice(-1), stageOf(id)]))
}

const ONCE = ['deprecated', 'disabled', 'recycled']

const CALLS = [
  ['CreateTags', 1],
  ['EnableImageDeprecation', 1],
  ['CreateTags', 2],
  ['CreateTags', 3],
  ['DisableImage', 1],
  ['CreateTags', 4],
  ['CreateTags', 5],
  ['CreateTags', 6],
  ['DeregisterImage', 1]
] as const

describe('kill -9 at a call that changes something; the next run ends where one without it would have', () => {
  test.each(
    CALLS.flatMap(([operation, nth]) => (['before', 'after'] as const).map(when => [when, operation, nth] as const))
  )('%s the effect of %s (%d)', async (when, operation, nth) => {
    const { account, ids } = await makeAccount()
    await sandbox.post('faults', { account, operation, action: 'hold', when, skip: nth - 1, count: 1 })
    using first = sunset(account)
    const ended = first.start()
    await sandbox.called(account, operation, nth)
    first.kill('SIGKILL')
    await ended
    await sandbox.release()
    using second = sunset(account)
    const { code, log } = await second.run()
    expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
    expect(await statesOf(account, ids)).toEqual(ONCE)
    expect(await journalOf(account)).toEqual({ 0: undefined, 1: 'deprecated', 2: 'disabled' })
  })
})

describe('an answer that is lost after its effect', () => {
  test.each(['CreateTags', 'EnableImageDeprecation', 'DisableImage', 'DeregisterImage'])('%s', async operation => {
    const { account, ids } = await makeAccount()
    await sandbox.post('faults', { account, operation, action: 'drop', when: 'after', count: 1 })
    using job = sunset(account)
    const { code, log } = await job.run()
    expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
    expect(await statesOf(account, ids)).toEqual(ONCE)
  })
})

/** How many; the nightly run asks for more. */
const WORLDS = Number(process.env.SUNSET_WORLDS ?? 5)

describe('faults at 30 % of all calls, kill -9 at any moment, run again until quiet', () => {
  test.each(Array.from({ length: WORLDS }, (_, i) => i + 1))('world %d', async seed => {
    const { account, ids } = await makeAccount(3)
    const faults = ['throttle', 'internal', 'drop'].flatMap((action, i) =>
      (['before', 'after'] as const).map(when => ({ account, action, when, probability: 0.05, seed: seed * 10 + i }))
    )
    await sandbox.post('faults', faults)
    for (let attempt = 0; attempt < 3; attempt++) {
      using job = sunset(account)
      const ended = job.start()
      const timer = setTimeout(() => job.kill('SIGKILL'), 200 + ((seed * 37 + attempt * 211) % 1500))
      await ended
      clearTimeout(timer)
    }
    await sandbox.release()
    using last = sunset(account)
    const { code, log } = await last.run()
    expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
    expect(await statesOf(account, ids)).toEqual(Array.from({ length: 3 }, () => ONCE).flat())
    expect(await stateOf(sandbox, account, ownId(account, 0))).toBe('available')
    const quiet = await (async () => {
      using again = sunset(account)
      return await again.run()
    })()
    expect(quiet.summary).toContain('## ✅ 0 of')
  })
})
