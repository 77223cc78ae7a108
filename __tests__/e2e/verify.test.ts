import { DescribeImagesCommand, ModifyImageAttributeCommand } from '@aws-sdk/client-ec2'
import { afterAll, test as anywhere, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { makeImage, makeKey } from './support/image.ts'
import { leftovers } from './support/leftovers.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { test } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const UNSCANNED = 'verify: { findings: { unscanned: warn } }'
const TESTS = `test:
  - { name: marker, run: grep baked /etc/marker }
  - { name: second, run: echo second test }
`
const STEPS = '- { name: mark, run: echo baked >/etc/marker }'

const job = (account: string, command: string, text: string, inputs: Record<string, string> = {}) =>
  new Job(sandbox, { account, files: { 'recipe.yml': text }, inputs: { command, ...inputs } })

async function tagsOf(account: string, imageId: string): Promise<Record<string, string>> {
  const { Images } = await sandbox.ec2(account).send(new DescribeImagesCommand({ ImageIds: [imageId] }))
  return Object.fromEntries((Images?.[0]?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
}

test('a baked image passes: two instances boot, differ, hold nothing of the bake, and the tests pass', async () => {
  const account = newAccount()
  const text = recipe(STEPS, `${UNSCANNED}\n${TESTS}`)
  using baking = job(account, 'bake', text)
  const baked = await baking.run()
  using verifying = job(account, 'verify', text, { images: baked.outputs.images ?? '' })
  const { code, log, outputs, summary } = await verifying.run()
  expect({ code, error: log.split('\n').filter(line => line.startsWith('::error')) }).toEqual({ code: 0, error: [] })
  expect(log).toMatch(/^second test$/m)
  expect(outputs).toMatchObject({ passed: 'true', 'image-id': baked.outputs['image-id'], 'failed-regions': '[]' })
  expect(summary).toMatch(/✅ 1 of 1 images passed[\s\S]*\| ✅ \| unique \|/)
  const tags = await tagsOf(account, baked.outputs['image-id'] ?? '')
  expect(tags['ami-action:verified']).toMatch(/^passed 20/)
  expect(Number(tags['ami-action:boot-seconds'])).toBeGreaterThan(0)
  expect((await leftovers(sandbox, account)).instances).toEqual([])
})

test('a test that fails fails the image, which is marked; the other tests are run all the same', async () => {
  const account = newAccount()
  const text = recipe(STEPS, `${UNSCANNED}\n${TESTS.replace('grep baked', 'grep missing')}`)
  using baking = job(account, 'bake', text)
  const baked = await baking.run()
  using verifying = job(account, 'verify', text, { images: baked.outputs.images ?? '' })
  const { code, log, outputs } = await verifying.run()
  expect({ code, log }).toEqual({ code: 1, log: expect.stringMatching(/^second test$/m) })
  expect(log).toMatch(
    /::error::us-east-1: ami-\w+ does not pass `tests`: expected every `test`.*Step 'marker' ended with exit code 1/
  )
  expect(outputs.passed).toBe('false')
  expect((await tagsOf(account, baked.outputs['image-id'] ?? ''))['ami-action:verified']).toMatch(/^failed tests 20/)
  expect((await leftovers(sandbox, account)).instances).toEqual([])
})

test('a cancelled verification leaves no instance', async () => {
  const account = newAccount()
  const text = recipe(STEPS, `${UNSCANNED}\ntest: [{ name: hang, run: sleep 60 }]\n`)
  using baking = job(account, 'bake', text)
  const { outputs } = await baking.run()
  using verifying = job(account, 'verify', text, { images: outputs.images ?? '' })
  const ended = verifying.start()
  await sandbox.called(account, 'RunInstances', 3)
  verifying.kill('SIGINT')
  expect((await ended).code).toBe(1)
  expect((await leftovers(sandbox, account)).instances).toEqual([])
})

anywhere('an image that was shared with a stranger fails, and is not booted where the recipe says so', async () => {
  const account = newAccount()
  await makeKey(sandbox, account, 'us-east-1', 'alias/golden')
  const more = 'volumes: [{ device: /dev/xvda, kms-key: alias/golden }]'
  const text = recipe(STEPS, `${more}\nverify: { findings: { unscanned: warn }, checks: { boots: "off" } }`)
  using baking = job(account, 'bake', text.replace(/provision:[\s\S]*$/, '').replace('partial', 'os-only'))
  const { outputs } = await baking.run()
  const ImageId = outputs['image-id'] ?? ''
  const ec2 = sandbox.ec2(account)
  await ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add: [{ UserId: '999999999999' }] } }))
  const before = (await sandbox.meant(account, 'RunInstances')).length
  using verifying = job(account, 'verify', text, { 'image-id': ImageId })
  const { code, log } = await verifying.run()
  expect({ code, log }).toEqual({
    code: 1,
    log: expect.stringMatching(/does not pass `private`.*999999999999 may launch it/)
  })
  expect(await sandbox.meant(account, 'RunInstances')).toHaveLength(before)
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-create-win-sysprep.html
anywhere('a Windows image passes: its instances have SIDs and names of their own', async () => {
  const account = newAccount()
  const text = `family: iis
strategy: partial
base: { ssm: /aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base }
builder: { instance-types: [t3.large], instance-profile: ami-builder }
verify: { findings: { unscanned: warn } }
provision:
  steps: [{ name: mark, shell: powershell, run: 'Set-Content -Path C:\\mark.txt -Value baked' }]
test: [{ name: marker, shell: powershell, run: 'Get-Content C:\\mark.txt' }]
`
  using baking = job(account, 'bake', text)
  const { outputs } = await baking.run()
  using verifying = job(account, 'verify', text, { images: outputs.images ?? '' })
  const { code, log, summary } = await verifying.run()
  expect({ code, log }).toEqual({ code: 0, log: expect.stringMatching(/^baked$/m) })
  expect(summary).toContain('| ✅ | unique |')
  expect((await leftovers(sandbox, account)).instances).toEqual([])
})

test('an image that nobody sealed fails: its instances are the same machine, and hold what its builder was', async () => {
  const account = newAccount()
  const ImageId = await makeImage(sandbox, account)
  const text = recipe(STEPS, UNSCANNED)
  using verifying = job(account, 'verify', text, { 'image-id': ImageId })
  const { code, log } = await verifying.run()
  expect({ code, log }).toEqual({
    code: 1,
    log: expect.stringMatching(/does not pass `unique`.*both have the same machine-id/)
  })
  expect(log).toMatch(/does not pass `clean`.*\/var\/lib\/cloud\/instances\/i-/)
  expect((await tagsOf(account, ImageId))['ami-action:verified']).toBeUndefined()
})
