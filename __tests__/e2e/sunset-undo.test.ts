import { CreateTagsCommand, DescribeImageAttributeCommand } from '@aws-sdk/client-ec2'
import { DescribeParametersCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { dueAt, HEAD, imagesOf, keepInBin, ownId, type SeededImage, seedFamily, stateOf } from './support/family.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const POLICY = 'sunset: { keep: 1, max-images: 100, max-percent: 100 }'

const jobOf = (account: string, inputs: Record<string, string> = {}): Job =>
  new Job(sandbox, {
    account,
    files: { 'recipe.yml': recipe(undefined, POLICY) },
    inputs: { command: 'sunset', ...inputs }
  })

async function sunset(account: string, inputs: Record<string, string> = {}) {
  using job = jobOf(account, inputs)
  return await job.run()
}

async function makeAccount(image: (id: string) => SeededImage): Promise<{ account: string; id: string }> {
  const account = newAccount()
  const id = ownId(account, 1)
  await seedFamily(sandbox, account, [{ ...HEAD, imageId: ownId(account, 0) }, image(id)])
  return { account, id }
}

async function sharedWith(account: string, ImageId: string): Promise<(string | undefined)[]> {
  const request = { ImageId, Attribute: 'launchPermission' } as const
  const { LaunchPermissions = [] } = await sandbox.ec2(account).send(new DescribeImageAttributeCommand(request))
  return LaunchPermissions.map(({ UserId }) => UserId).sort()
}

const ownTags = async (account: string, id: string): Promise<string[]> =>
  ((await imagesOf(sandbox, account)).get(id)?.Tags ?? [])
    .map(({ Key = '' }) => Key)
    .filter(key => /:(?:stage|shared|not-before)/.test(key))

describe('undo', () => {
  test.each(['current', 'deprecated', 'disabled'] as const)('of an image that was %s before the run', async stage => {
    const { account, id } = await makeAccount(own => dueAt(stage, own))
    await keepInBin(sandbox, account)
    await sunset(account)
    expect(await stateOf(sandbox, account, id)).not.toBe('available')
    const { code, log, summary } = await sunset(account, { undo: id })
    expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
    expect(summary).toContain(`## ✅ Brought back \`${id}\``)
    expect(await stateOf(sandbox, account, id)).toBe('available')
    expect(await ownTags(account, id)).toEqual(['ami-action:not-before'])
    await sunset(account)
    expect(await stateOf(sandbox, account, id)).toBe('available')
  })

  test('a dry run says what it would do', async () => {
    const { account, id } = await makeAccount(own => dueAt('disabled', own))
    const { code, summary } = await sunset(account, { undo: id, 'dry-run': 'true' })
    expect({ code, summary }).toEqual({ code: 0, summary: expect.stringMatching(/Would bring back[\s\S]*- enabled\n/) })
    expect(await stateOf(sandbox, account, id)).toBe('disabled')
  })

  test.each([
    [
      'an image that was never retired',
      (account: string) => ownId(account, 1),
      /found \S+ available and not deprecated/
    ],
    ['an image that is nowhere', () => 'ami-0123456789abcdef0', /found no ami-0123456789abcdef0/]
  ])('refuses %s', async (_, idOf, says) => {
    const { account } = await makeAccount(own => ({ imageId: own, bakedDaysAgo: 10 }))
    const { code, log } = await sunset(account, { undo: idOf(account) })
    expect({ code, log }).toEqual({ code: 1, log: expect.stringMatching(says) })
  })

  test('of an image that is shared with more accounts than its tags can tell of', async () => {
    const friends = Array.from({ length: 60 }, (_, i) => String(100_000_000_000 + i))
    const { account, id } = await makeAccount(own => ({ ...dueAt('deprecated', own), sharedWith: friends }))
    const Tags = Array.from({ length: 37 }, (_, i) => ({ Key: `team-${i}`, Value: 'x' }))
    const ec2 = sandbox.ec2(account)
    await ec2.send(new CreateTagsCommand({ Resources: [id], Tags }))
    await sunset(account)
    await sandbox.post('clock', { advance: '2d' })
    await sunset(account)
    expect(await stateOf(sandbox, account, id)).toBe('disabled')
    expect(await parameters(account)).toEqual([`/ami-action/shared/${id}`, '/golden/web'])
    await sunset(account, { undo: id })
    expect(await sharedWith(account, id)).toEqual(friends)
    expect(await parameters(account)).toEqual(['/golden/web'])
  })

  test('enabled by hand, the image stays for a while, and `undo` shares it again', async () => {
    const friend = newAccount()
    const { account, id } = await makeAccount(own => ({
      ...dueAt('disabled', own),
      tags: { ...dueAt('disabled', own).tags, 'ami-action:shared': '1', 'ami-action:shared-1': friend }
    }))
    const input = { ImageId: id }
    await sandbox.post('seed', { account, calls: [{ service: 'ec2', operation: 'EnableImage', input }] })
    await sunset(account)
    expect(await stateOf(sandbox, account, id)).toBe('deprecated')
    await sunset(account, { undo: id })
    expect(await sharedWith(account, id)).toEqual([friend])
  })
})

async function parameters(account: string): Promise<(string | undefined)[]> {
  const { Parameters = [] } = await sandbox.ssm(account).send(new DescribeParametersCommand({}))
  return Parameters.map(({ Name }) => Name).sort()
}

describe('undo that was killed with the runner is taken up by the next one', () => {
  const CALLS = [
    'RestoreSnapshotFromRecycleBin',
    'RestoreImageFromRecycleBin',
    'EnableImage',
    'ModifyImageAttribute',
    'DisableImageDeprecation',
    'CreateTags',
    'DeleteTags'
  ]

  test.each(CALLS.flatMap(operation => ['before', 'after'].map(when => [when, operation] as const)))(
    '%s the effect of %s',
    async (when, operation) => {
      const friend = newAccount()
      const { account, id } = await makeAccount(own => ({
        ...dueAt('disabled', own),
        tags: { ...dueAt('disabled', own).tags, 'ami-action:shared': '1', 'ami-action:shared-1': friend }
      }))
      await keepInBin(sandbox, account)
      await sunset(account)
      expect(await stateOf(sandbox, account, id)).toBe('recycled')
      const made = (await sandbox.meant(account, operation)).length
      await sandbox.post('faults', { account, operation, action: 'hold', when, count: 1 })
      using first = jobOf(account, { undo: id })
      const ended = first.start()
      await sandbox.called(account, operation, made + 1)
      first.kill('SIGKILL')
      await ended
      await sandbox.release()
      const { code, log } = await sunset(account, { undo: id })
      // What was held comes to pass when it is released: the last call of all leaves nothing to undo.
      const isOver = operation === 'DeleteTags'
      expect({ code, log }).toEqual({ code: isOver ? 1 : 0, log: expect.any(String) })
      expect(await stateOf(sandbox, account, id)).toBe('available')
      expect(await sharedWith(account, id)).toEqual([friend])
      expect(await ownTags(account, id)).toEqual(['ami-action:not-before'])
    }
  )
})
