import { afterAll, afterEach, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { leftovers, NOTHING } from './support/leftovers.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { instancesOf, liveRequests, spotRecipe } from './support/spot.ts'
import { describe, test } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())
afterEach(() => spotIsShort(false))

/** While it is short, EC2 does not start again what it took back. */
const spotIsShort = (short: boolean) =>
  sandbox.post('capacity', {
    region: 'us-east-1',
    account: newAccount(),
    shortages: short ? [{ market: 'spot' }] : []
  })

/** EC2 takes the builder of an account back: two minutes after its notice the builder stops. */
async function takeBack(account: string): Promise<void> {
  const [builder] = await instancesOf(sandbox, account)
  await sandbox.post('interruptions', { region: 'us-east-1', instance: builder?.InstanceId })
  await sandbox.post('clock', { advance: '2m' })
}

/** A job with a spot builder that has made its nth call to an operation. */
async function jobAt(operation: string, nth: number, { via = 'ssm', seconds = 0, fault = {} } = {}) {
  const account = newAccount()
  if ('action' in fault) await sandbox.post('faults', { account, operation, count: 1, ...fault })
  const text = spotRecipe('only', '[t3.small]', `- { name: wait, run: sleep ${seconds} }`).replace(
    'via: ssm',
    `via: ${via}`
  )
  const job = new Job(sandbox, { account, files: { 'recipe.yml': text } })
  const ended = job.start()
  await sandbox.called(account, operation, nth)
  return { account, job, ended }
}

describe('a spot builder that EC2 takes back while it is provisioned fails the bake, and nothing is left', () => {
  test.each([
    ['ssm', 'SendCommand', 2],
    ['user-data', 'GetConsoleOutput', 1]
  ] as const)('via %s', async (via, operation, nth) => {
    const { account, job, ended } = await jobAt(operation, nth, { via, seconds: 60 })
    using _ = job
    await spotIsShort(true)
    await takeBack(account)
    const { code, log } = await ended
    expect(log).toMatch(/::error::EC2 took the spot builder i-\w+ back: .*use `spot: never`/)
    expect(code).toBe(1)
    expect(await leftovers(sandbox, account)).toEqual(NOTHING)
    expect(await liveRequests(sandbox, account)).toEqual([])
  })
})

describe('a spot builder that EC2 takes back once it is sealed', () => {
  test('is imaged', async () => {
    const fault = { action: 'hold', when: 'before' }
    const { account, job, ended } = await jobAt('StopInstances', 1, { fault })
    using _ = job
    await spotIsShort(true)
    await takeBack(account)
    await sandbox.release()
    const { code, outputs } = await ended
    expect(code).toBe(0)
    expect(await leftovers(sandbox, account)).toMatchObject({ instances: [], images: [outputs['image-id']] })
  })

  test('is not imaged where EC2 has started it again: it has booted since', async () => {
    const fault = { action: 'hold', when: 'before' }
    const { account, job, ended } = await jobAt('StopInstances', 1, { fault })
    using _ = job
    await takeBack(account)
    await sandbox.release()
    const { code, log } = await ended
    expect(log).toMatch(/::error::EC2 took the spot builder i-\w+ back and has started it again since/)
    expect(code).toBe(1)
    expect(await leftovers(sandbox, account)).toEqual(NOTHING)
  })
})
