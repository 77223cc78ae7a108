import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { describeImage, makeImage, makeKey } from './support/image.ts'
import { leftovers } from './support/leftovers.ts'
import { CLOSED, openTo } from './support/lent.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const REGION = 'eu-west-1'
const [ROOT, DATA] = ['/dev/xvda', '/dev/sdf']

interface Prepared {
  /** Who makes the calls that the test looks at, and who owns the copy. */
  readonly caller: string
  readonly owner: string
  readonly attempt: (number: number) => Job
}

/** The attempts of one job on GitHub have the run id in common. */
const attempt =
  (account: string, inputs: Record<string, string>, files: Record<string, string> = {}) =>
  (number: number): Job =>
    new Job(sandbox, {
      account,
      files,
      inputs: { command: 'copy', recipe: '', regions: REGION, ...inputs },
      env: { GITHUB_RUN_ID: '4711', GITHUB_RUN_ATTEMPT: String(number) }
    })

async function withOneKey(): Promise<Prepared> {
  const owner = newAccount()
  const id = await makeImage(sandbox, owner)
  return { caller: owner, owner, attempt: attempt(owner, { 'image-id': id }) }
}

async function withTwoKeys(): Promise<Prepared> {
  const owner = newAccount()
  const id = await makeImage(sandbox, owner, { [ROOT]: false, [DATA]: false })
  for (const alias of ['alias/root', 'alias/data']) await makeKey(sandbox, owner, REGION, alias)
  const keys = `{ ${ROOT}: alias/root, ${DATA}: alias/data }`
  const text = `family: web\nstrategy: partial\nbase: { id: ${id} }\nregions: { ${REGION}: { kms-keys: ${keys} } }\n`
  const inputs = { 'image-id': id, recipe: 'recipe.yml', regions: '' }
  return { caller: owner, owner, attempt: attempt(owner, inputs, { 'recipe.yml': text }) }
}

/** Kills the first attempt at a call; no post step follows. Then lets the next one finish. */
async function killAt({ caller, attempt: make }: Prepared, when: string, operation: string, nth: number) {
  const made = (await sandbox.meant(caller, operation)).length
  await sandbox.post('faults', { account: caller, operation, action: 'hold', when, skip: nth - 1, count: 1 })
  using first = make(1)
  const ended = first.start()
  await sandbox.called(caller, operation, made + nth)
  first.kill('SIGKILL')
  await ended
  await sandbox.release()
  using second = make(2)
  const { code, log, outputs } = await second.run()
  expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
  return JSON.parse(outputs.images ?? '') as Record<string, string>
}

const bothWays = <T extends readonly [string, number]>(calls: readonly T[]) =>
  calls.flatMap(([operation, nth]) => (['before', 'after'] as const).map(when => [when, operation, nth] as const))

describe('kill -9 at a call that changes something, with the runner gone; the next attempt ends with one copy', () => {
  test.each(bothWays([['CopyImage', 1] as const, ['CreateTags', 1] as const]))(
    'one key: %s the effect of %s (%d)',
    async (...[when, operation, nth]) => {
      const prepared = await withOneKey()
      const images = await killAt(prepared, when, operation, nth)
      const left = await leftovers(sandbox, prepared.owner, REGION)
      expect(left.images).toEqual([images[REGION]])
      expect(left.snapshots).toHaveLength(1)
    }
  )

  test.each(
    bothWays([
      ['CopySnapshot', 1] as const,
      ['CopySnapshot', 2] as const,
      ['RegisterImage', 1] as const,
      ['CreateTags', 1] as const
    ])
  )('a key for each volume: %s the effect of %s (%d)', async (...[when, operation, nth]) => {
    const prepared = await withTwoKeys()
    const images = await killAt(prepared, when, operation, nth)
    const left = await leftovers(sandbox, prepared.owner, REGION)
    expect(left.images).toEqual([images[REGION]])
    expect(left.snapshots).toHaveLength(2)
  })
})

describe('kill -9 while a member account copies, with the runner gone', () => {
  test.each(
    bothWays([
      ['CreateTags', 1] as const,
      ['ModifyImageAttribute', 1] as const,
      ['ModifySnapshotAttribute', 1] as const,
      ['CreateGrant', 1] as const,
      ['RevokeGrant', 1] as const,
      ['ModifyImageAttribute', 2] as const,
      ['DeleteTags', 1] as const
    ])
  )('%s the effect of %s (%d): one copy, and nothing stays lent', async (when, operation, nth) => {
    const [owner, member] = [newAccount(), newAccount()]
    const key = await makeKey(sandbox, owner, 'us-east-1', 'alias/golden')
    await makeKey(sandbox, member, REGION, 'alias/golden')
    const id = await makeImage(sandbox, owner, { [ROOT]: 'alias/golden' })
    const make = attempt(owner, {
      'image-id': id,
      accounts: member,
      'account-role': 'ami',
      'kms-key': 'alias/golden'
    })
    const images = await killAt({ caller: owner, owner: member, attempt: make }, when, operation, nth)
    const copy = images[`${member}/${REGION}`] ?? ''
    expect((await leftovers(sandbox, member, REGION)).images).toEqual([copy])
    const { Tags = [] } = (await describeImage(sandbox, member, REGION, copy)) ?? {}
    expect(Tags.filter(({ Key }) => Key?.startsWith('ami-action:lent'))).toEqual([])
    expect(await openTo(sandbox, owner, id, key)).toEqual(CLOSED)
  })
})

describe('an answer that is lost after its effect makes no second copy', () => {
  test.each([
    ['CopyImage', withOneKey, 1],
    ['CopySnapshot', withTwoKeys, 2],
    ['RegisterImage', withTwoKeys, 2]
  ] as const)('%s', async (operation, prepare, snapshots) => {
    const prepared = await prepare()
    await sandbox.post('faults', { account: prepared.caller, operation, action: 'drop', count: 1 })
    using job = prepared.attempt(1)
    const { code, log } = await job.run()
    expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
    const left = await leftovers(sandbox, prepared.owner, REGION)
    expect({ images: left.images.length, snapshots: left.snapshots.length }).toEqual({ images: 1, snapshots })
  })
})

test('what was lent a moment ago is taken back although EC2 does not show the note of it yet', async () => {
  const [owner, member] = [newAccount(), newAccount()]
  await makeKey(sandbox, member, REGION, 'alias/golden')
  const id = await makeImage(sandbox, owner)
  // The first two reads of the tags are made before anything is lent.
  const late = { account: owner, operation: 'DescribeTags', action: 'stale', seconds: 60, skip: 2 }
  await sandbox.post('faults', late)
  const role = { accounts: member, 'account-role': 'ami' }
  using job = attempt(owner, { 'image-id': id, 'kms-key': 'alias/golden', ...role })(1)
  const { code, log } = await job.run()
  await sandbox.release()
  expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
  expect(await openTo(sandbox, owner, id)).toEqual(CLOSED)
})

test('two runs of one copy at once end with one image', async () => {
  const { owner, attempt: make } = await withOneKey()
  using first = make(1)
  using second = make(1)
  const ended = await Promise.all([first.run(), second.run()])
  expect(ended.map(({ code, log }) => ({ code, log }))).toEqual([
    { code: 0, log: expect.any(String) },
    { code: 0, log: expect.any(String) }
  ])
  expect((await leftovers(sandbox, owner, REGION)).images).toHaveLength(1)
})
