import { afterAll, beforeAll, expect } from '@jest/globals'
import { type Ended, Job } from './support/action.ts'
import { makeImage } from './support/image.ts'
import { leftovers } from './support/leftovers.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { test } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

/** Without an instance profile: its instances have to tell by themselves. */
const recipe = (more = '') => `family: web
strategy: partial
base: { ssm: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 }
builder: { instance-types: [t3.small] }
provision: { via: user-data, steps: [{ name: mark, run: echo baked >/etc/marker }] }
verify: { findings: { unscanned: warn } }
${more}`

async function act(
  account: string,
  command: string,
  text: string,
  inputs: Record<string, string> = {},
  files: Record<string, string> = {}
): Promise<Ended> {
  using job = new Job(sandbox, { account, files: { 'recipe.yml': text, ...files }, inputs: { command, ...inputs } })
  return await job.run()
}

async function bakeAndVerify(text: string, files: Record<string, string> = {}): Promise<Ended & { account: string }> {
  const account = newAccount()
  const baked = await act(account, 'bake', text, {}, files)
  expect({ code: baked.code, log: baked.log }).toEqual({ code: 0, log: expect.any(String) })
  const ended = await act(account, 'verify', text, { images: baked.outputs.images ?? '' }, files)
  return { account, ...ended }
}

const TESTS = 'test: [{ name: marker, run: grep baked /etc/marker }, { name: launched, run: cat /etc/launched }]\n'
const LAUNCH = 'launch: { user-data: launch.sh }\n'

test('an image passes, its launch user data applied and its tests run, without an instance profile', async () => {
  const files = { 'launch.sh': '#!/bin/bash\necho from-launch >/etc/launched\n' }
  const { account, code, log, summary } = await bakeAndVerify(recipe(`${TESTS}${LAUNCH}`), files)
  expect({ code, log }).toEqual({ code: 0, log: expect.stringMatching(/^from-launch$/m) })
  expect(summary).toMatch(
    /✅ 1 of 1 images passed[\s\S]*\| ✅ \| unique \|[\s\S]*\| ✅ \| clean \|[\s\S]*\| ✅ \| tests \|/
  )
  expect((await leftovers(sandbox, account)).instances).toEqual([])
})

test('launch user data in the form of cloud-config is applied as well', async () => {
  const files = { 'launch.sh': '#cloud-config\nwrite_files: [{ path: /etc/launched, content: from-config }]\n' }
  const { code, log } = await bakeAndVerify(recipe(`${TESTS}${LAUNCH}`), files)
  expect({ code, log }).toEqual({ code: 0, log: expect.stringMatching(/^from-config$/m) })
})

test('a test that fails fails the image, with its last lines; the others are run all the same', async () => {
  const more = 'test: [{ name: first, run: "echo why; exit 3" }, { name: second, run: echo second ran }]\n'
  const { code, log, outputs } = await bakeAndVerify(recipe(more))
  expect({ code, log, passed: outputs.passed }).toEqual({
    code: 1,
    log: expect.stringMatching(/^second ran$/m),
    passed: 'false'
  })
  expect(log).toMatch(/does not pass `tests`.*Step 'first' ended with exit code 3/)
})

test('launch user data that fails fails the image', async () => {
  const { code, log } = await bakeAndVerify(recipe(LAUNCH), { 'launch.sh': '#!/bin/bash\necho oops >&2; exit 4\n' })
  expect({ code, log }).toEqual({
    code: 1,
    log: expect.stringMatching(/does not pass `boots`.*the first boot ended with 1/)
  })
})

test('an image that nobody sealed fails', async () => {
  const account = newAccount()
  const { code, log } = await act(account, 'verify', recipe(), { 'image-id': await makeImage(sandbox, account) })
  expect({ code, log }).toEqual({
    code: 1,
    log: expect.stringMatching(/does not pass `unique`.*both have the same machine-id/)
  })
  expect(log).toMatch(/does not pass `clean`.*\/var\/lib\/cloud\/instances\/i-/)
})
