import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { leftovers } from './support/leftovers.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { test } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

test.each(['ssm', 'user-data'])('files are copied into the image (via %s)', async via => {
  const steps = '- { files: { conf/motd: /etc/golden/motd } }\n- { name: look, run: cat /etc/golden/motd }'
  const text = recipe(steps).replace('via: ssm', `via: ${via}`)
  const files = { 'recipe.yml': text, 'conf/motd': 'hello from the repository\n' }
  using job = new Job(sandbox, { account: newAccount(), files })
  const { code, log } = await job.run()
  expect(code).toBe(0)
  expect(log).toMatch(/^conf\/motd → \/etc\/golden\/motd \(26 bytes\)$/m)
  expect(log).toMatch(/^hello from the repository$/m)
})

test('a script that is larger than a Run Command document is sent in parts', async () => {
  const large = `: <<'END'\n${randomBytes(150_000).toString('base64')}\nEND\necho arrived\n`
  using job = new Job(sandbox, {
    account: newAccount(),
    files: { 'recipe.yml': recipe('- { script: large.sh }'), 'large.sh': large }
  })
  const { code, log } = await job.run()
  expect(code).toBe(0)
  expect(log).toMatch(/^arrived$/m)
})

test('a step that shuts the builder down is noticed soon, and named for what it is', async () => {
  const account = newAccount()
  const steps = '- { name: careless, run: poweroff; sleep 600, timeout: 10m }'
  using job = new Job(sandbox, { account, files: { 'recipe.yml': recipe(steps) } })
  const { code, log } = await job.run()
  expect(code).toBe(1)
  expect(log).toMatch(
    /::error.*The builder i-\w+ was shut down before its time, it is (stopping|shutting-down|terminated)/
  )
  expect((await leftovers(sandbox, account)).instances).toEqual([])
})
