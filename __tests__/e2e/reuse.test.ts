import { DescribeImagesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { test } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const job = (account: string, text: string, inputs: Record<string, string> = {}) =>
  new Job(sandbox, { account, files: { 'recipe.yml': text }, inputs })

async function bake(account: string, text = recipe(), inputs: Record<string, string> = {}) {
  using made = job(account, text, inputs)
  const ended = await made.run()
  expect(ended.code).toBe(0)
  return ended
}

const imagesOf = async (account: string) =>
  (await sandbox.ec2(account).send(new DescribeImagesCommand({ Owners: ['self'] }))).Images ?? []

test('a second bake uses the image again: no more than six calls, none that changes anything', async () => {
  const account = newAccount()
  const first = await bake(account)
  expect(first.log).toContain('A bake is due: there is no image of this family in the channel release yet')
  const [{ seq } = { seq: 0 }] = (await sandbox.calls(account)).slice(-1)
  const { outputs, log, summary } = await bake(account)
  expect(outputs).toMatchObject({ reused: 'true', 'image-id': first.outputs['image-id'], digest: first.outputs.digest })
  expect(JSON.parse(outputs.images ?? '')).toEqual({ 'us-east-1': first.outputs['image-id'] })
  expect(log).toContain(`Nothing is due: ${outputs['image-id']} has the same content and is valid until`)
  expect(log).toContain('was never scanned: whether it is vulnerable is unknown')
  expect(summary).toContain(`## ♻️ Nothing due for web: \`${outputs['image-id']}\` is used again`)
  const calls = (await sandbox.calls(account)).filter(call => call.seq > seq).map(call => call.operation)
  expect(calls).toHaveLength(3)
  expect(new Set(calls)).toEqual(new Set(['DescribeImages', 'GetParameter']))
})

test('force bakes anyway, and says so', async () => {
  const account = newAccount()
  await bake(account)
  const { outputs, log } = await bake(account, recipe(undefined, 'name: "web-again-{time}"'), { force: 'true' })
  expect(log).toContain('A bake is due: the input force asks for it')
  expect(outputs.reused).toBe('false')
  expect(await imagesOf(account)).toHaveLength(2)
})

test('within rebuild-before of its end the image is made anew', async () => {
  await using own = await Sandbox.start()
  const account = newAccount()
  using made = new Job(own, { account, files: { 'recipe.yml': recipe() } })
  const first = await made.run()
  await own.post('clock', { advance: '54d' })
  const second = await made.run()
  expect(second.log).toContain(`A bake is due: ${first.outputs['image-id']} expires in 5 d`)
  expect(second.outputs['image-id']).not.toBe(first.outputs['image-id'])
})

test('a dry run says that nothing is due', async () => {
  const account = newAccount()
  const { outputs } = await bake(account)
  const dry = await bake(account, recipe(), { 'dry-run': 'true' })
  expect(JSON.parse(dry.outputs.plan ?? '')).toMatchObject({ reuse: outputs['image-id'] })
})

test('a test bake neither uses an image again nor is used by a release', async () => {
  const account = newAccount()
  const test = await bake(account, recipe(), { channel: 'test' })
  const release = await bake(account)
  expect(release.outputs.reused).toBe('false')
  expect(release.outputs['image-id']).not.toBe(test.outputs['image-id'])
})

test('a critical finding whose fix is newer than the image is a reason to build anew; a waiver is one not to', async () => {
  const account = newAccount()
  const { outputs } = await bake(account)
  const finding = { Title: 'CVE-2027-0001 - openssl', SeverityLabel: 'critical', FixAvailable: true }
  const later = new Date(Date.now() + 60_000).toISOString()
  const ScanResults = { FindingScanDate: later, CriticalFixAvailableSince: later }
  const findings = [{ imageId: outputs['image-id'], findings: [finding], ScanResults }]
  await sandbox.post('seed', { account, findings })
  const waivers = 'verify: { findings: { waivers: [{ id: CVE-2027-0001, until: 2099-01-31, why: not reachable }] } }'
  expect((await bake(account, recipe(undefined, waivers))).outputs.reused).toBe('true')
  const { log } = await bake(account, recipe(undefined, 'name: "web-anew-{time}"'))
  expect(log).toMatch(/A bake is due: ami-\w+ has critical findings that can be mended: CVE-2027-0001 - openssl/)
})

test('the base moved: the reason says from where to where', async () => {
  const account = newAccount()
  await bake(account)
  const moved = recipe().replace(/ssm: [^ ]+/, 'ssm: /aws/service/debian/release/12/latest/amd64')
  const { log } = await bake(account, moved, { 'dry-run': 'true' })
  expect(log).toMatch(/A bake is due: the base moved from ami-\w+ to ami-\w+ since ami-\w+/)
})
