import { DescribeImageAttributeCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2'
import { expect, test } from '@jest/globals'
import { type Ended, Job } from './support/action.ts'
import { HEAD, idOf, imagesOf, keepInBin, seedFamily, stateOf } from './support/family.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

const OLD = idOf(1)
const SUNSET = 'sunset: { keep: 1 }'

/** One run of the command. */
async function sunset(
  sandbox: Sandbox,
  account: string,
  inputs: Record<string, string> = {},
  more = SUNSET
): Promise<Ended> {
  using job = new Job(sandbox, {
    account,
    files: { 'recipe.yml': recipe(undefined, more) },
    inputs: { command: 'sunset', ...inputs }
  })
  return await job.run()
}

test('an image goes one stage a run: deprecated, disabled, in the Recycle Bin; `undo` brings it back, sharing included', async () => {
  await using sandbox = await Sandbox.start()
  const account = newAccount()
  await seedFamily(sandbox, account, [HEAD, { imageId: OLD, bakedDaysAgo: 90 }])
  await keepInBin(sandbox, account)
  const seen: string[] = []
  for (let run = 1; run <= 3; run++) {
    const { code, log } = await sunset(sandbox, account)
    expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
    seen.push(await stateOf(sandbox, account, OLD))
    const again = await sunset(sandbox, account)
    expect(again.summary).toContain('0 of')
    await sandbox.post('clock', { advance: '15d' })
  }
  expect(seen).toEqual(['deprecated', 'disabled', 'recycled'])
  expect(await stateOf(sandbox, account, HEAD.imageId)).toBe('available')
})

test('what was shared is shared again after `undo`', async () => {
  await using sandbox = await Sandbox.start()
  const account = newAccount()
  const [friend, other] = [newAccount(), newAccount()]
  await seedFamily(sandbox, account, [HEAD, { imageId: OLD, bakedDaysAgo: 90, sharedWith: [friend, other] }])
  await keepInBin(sandbox, account)
  await sunset(sandbox, account)
  await sandbox.post('clock', { advance: '15d' })
  const asked = await sunset(sandbox, account)
  expect(asked.summary).toContain('no report tells yet whether other accounts use it')
  await sandbox.post('clock', { advance: '2d' })
  await sunset(sandbox, account)
  expect(await stateOf(sandbox, account, OLD)).toBe('disabled')
  await sandbox.post('clock', { advance: '15d' })
  await sunset(sandbox, account)
  expect(await stateOf(sandbox, account, OLD)).toBe('recycled')
  const { code, log, outputs } = await sunset(sandbox, account, { undo: OLD })
  expect({ code, log }).toEqual({ code: 0, log: expect.stringContaining('taken out of the Recycle Bin') })
  expect(JSON.parse(outputs.plan ?? '').steps).toEqual([
    'taken out of the Recycle Bin',
    'enabled',
    `shared again with ${[friend, other].sort().join(', ')}`,
    'shown again',
    expect.stringMatching(/^stays until 20/)
  ])
  expect(await stateOf(sandbox, account, OLD)).toBe('available')
  const request = { ImageId: OLD, Attribute: 'launchPermission' } as const
  const { LaunchPermissions } = await sandbox.ec2(account).send(new DescribeImageAttributeCommand(request))
  expect(LaunchPermissions?.map(({ UserId }) => UserId).sort()).toEqual([friend, other].sort())
  const tags = (await imagesOf(sandbox, account)).get(OLD)?.Tags?.map(({ Key }) => Key) ?? []
  expect(tags.filter(key => /:(?:stage|shared)/.test(key ?? ''))).toEqual([])
  await sunset(sandbox, account)
  expect(await stateOf(sandbox, account, OLD)).toBe('available')
})

test('a dry run changes nothing, and says what a run then does', async () => {
  await using sandbox = await Sandbox.start()
  const account = newAccount()
  await seedFamily(sandbox, account, [HEAD, { imageId: OLD, bakedDaysAgo: 90 }])
  const from = (await sandbox.calls(account)).at(-1)?.seq ?? 0
  const planned = await sunset(sandbox, account, { 'dry-run': 'true' })
  const mutating = (await sandbox.calls(account, from)).filter(
    ({ operation }) => !/^(?:Describe|Get|List)/.test(operation)
  )
  expect({ code: planned.code, mutating }).toEqual({ code: 0, mutating: [] })
  expect(planned.summary).toMatch(/## 📝 One image would go one stage further[\s\S]*```mermaid\ngantt/)
  const done = await sunset(sandbox, account)
  expect(JSON.parse(done.outputs.plan ?? '')).toEqual(JSON.parse(planned.outputs.plan ?? ''))
})

test('without a Recycle Bin nothing is deregistered, unless the recipe allows it', async () => {
  await using sandbox = await Sandbox.start()
  const account = newAccount()
  await seedFamily(sandbox, account, [HEAD, { imageId: OLD, bakedDaysAgo: 90 }])
  for (let run = 1; run <= 3; run++) {
    const { summary } = await sunset(sandbox, account)
    if (run === 3) expect(summary).toContain('no rule of the Recycle Bin keeps the image')
    await sandbox.post('clock', { advance: '15d' })
  }
  expect(await stateOf(sandbox, account, OLD)).toBe('disabled')
  const { code } = await sunset(sandbox, account, {}, 'sunset: { keep: 1, allow-permanent: true }')
  expect({ code, state: await stateOf(sandbox, account, OLD) }).toEqual({ code: 0, state: 'gone' })
  const { Snapshots } = await sandbox.ec2(account).send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
  expect(Snapshots).toHaveLength(1)
})
