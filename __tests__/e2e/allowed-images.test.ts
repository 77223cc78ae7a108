import { GetAllowedImagesSettingsCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Ended, Job } from './support/action.ts'
import { changesOf, GOOD, of, seedFleet } from './support/fleet.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const recipe = (mode: string) => `family: web
strategy: partial
base: { ssm: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 }
allowed-images: ${mode}
`

async function scan(account: string, mode = 'enable', inputs: Record<string, string> = {}): Promise<Ended> {
  const files = { 'recipe.yml': recipe(mode) }
  using job = new Job(sandbox, { account, files, inputs: { command: 'verify', fleet: 'true', ...inputs } })
  return await job.run()
}

const settings = (account: string) => sandbox.ec2(account).send(new GetAllowedImagesSettingsCommand({}))

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html
test('they are audited first, and enabled after a week in which nothing was not allowed', async () => {
  const account = newAccount()
  await seedFleet(sandbox, account, [{ RunInstances: of(GOOD) }])
  const { code, log, summary } = await scan(account)
  expect({ code, log }).toEqual({ code: 0, log: expect.stringContaining('Allowed AMIs are audited from now on') })
  expect(summary).toContain('| us-east-1 | Allowed AMIs are audited from now on |')
  expect(await settings(account)).toMatchObject({
    State: 'audit-mode',
    ImageCriteria: [{ ImageProviders: ['amazon'] }]
  })
  await sandbox.post('clock', { advance: '3d' })
  expect((await scan(account)).log).toContain('for 3 d; they are enabled after 7 d')
  await sandbox.post('clock', { advance: '5d' })
  expect((await scan(account)).log).toContain('for 8 d: they are enabled now')
  expect(await settings(account)).toMatchObject({ State: 'enabled' })
})

test('what runs and would not be allowed keeps them from being enabled, and is named', async () => {
  const [account, stranger] = [newAccount(), newAccount()]
  await seedFleet(sandbox, account, [{ RunInstances: of(GOOD) }])
  const theirs = 'ami-000000000000000cc'
  await sandbox.post('seed', {
    account: stranger,
    images: [{ Image: { ImageId: theirs, Name: 'theirs', Public: true } }]
  })
  await sandbox.post('seed', { account, instances: [{ RunInstances: of(theirs) }] })
  await scan(account)
  await sandbox.post('clock', { advance: '30d' })
  const { log } = await scan(account)
  expect(log).toMatch(new RegExp(`us-east-1: i-\\w+ runs from ${theirs}, which is not allowed`))
  expect(await settings(account)).toMatchObject({ State: 'audit-mode' })
})

test('audit never enables them', async () => {
  const account = newAccount()
  await seedFleet(sandbox, account, [{ RunInstances: of(GOOD) }])
  await scan(account, 'audit')
  await sandbox.post('clock', { advance: '30d' })
  await scan(account, 'audit')
  expect(await settings(account)).toMatchObject({ State: 'audit-mode' })
})

test('what a declarative policy manages is refused, and the fleet reported all the same', async () => {
  const account = newAccount()
  await seedFleet(sandbox, account, [{ RunInstances: of(GOOD) }])
  await sandbox.post('seed', { account, declarativePolicy: { allowedImages: { State: 'audit-mode' } } })
  const { code, log, summary } = await scan(account)
  expect({ code, log }).toEqual({
    code: 1,
    log: expect.stringContaining('Expected Allowed AMIs to be managed by the account, found declarative-policy')
  })
  expect(summary).toContain('1 instance')
})

test('dry-run changes nothing', async () => {
  const account = newAccount()
  await seedFleet(sandbox, account, [{ RunInstances: of(GOOD) }])
  const { log } = await scan(account, 'enable', { 'dry-run': 'true' })
  expect(log).toContain('Allowed AMIs are audited from now on')
  expect(await changesOf(sandbox, account)).toEqual([])
})
