import { afterAll, test as anywhere, beforeAll, expect } from '@jest/globals'
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

const REBOOTS = `- name: kernel
  run: |
    if [ ! -e /var/lib/rebooted ]; then touch /var/lib/rebooted; echo before; exit 194; fi
    echo after
- { name: look, run: 'ls /run/ami-action/deadline; ls /var/lib/rebooted' }`

// https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-reboot.html
test('a step that leaves with 194 is run again after a reboot, with the deadline set anew', async () => {
  const account = newAccount()
  using job = new Job(sandbox, { account, files: { 'recipe.yml': recipe(REBOOTS) } })
  const { code, log } = await job.run()
  expect({ code, log }).toEqual({
    code: 0,
    log: expect.stringMatching(/^after\n[\s\S]*^\/run\/ami-action\/deadline\n\/var\/lib\/rebooted\n/m)
  })
  expect((await leftovers(sandbox, account)).instances).toEqual([])
})

test('a step that leaves with 194 under user data fails, and is told how it may', async () => {
  const account = newAccount()
  const text = recipe(REBOOTS).replace('via: ssm', 'via: user-data')
  using job = new Job(sandbox, { account, files: { 'recipe.yml': text } })
  const { code, log } = await job.run()
  expect({ code, log }).toEqual({
    code: 1,
    log: expect.stringMatching(
      /::error.*Step 'kernel' asked for a reboot \(exit code 194\).*`provision: \{ via: ssm \}`/
    )
  })
})

anywhere('a Windows step does so with 3010', async () => {
  const account = newAccount()
  const text = `family: iis
strategy: partial
base: { ssm: /aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base }
builder: { instance-types: [t3.large], instance-profile: ami-builder }
provision:
  steps:
    - name: updates
      shell: powershell
      run: |
        if (-not (Test-Path C:\\rebooted.txt)) {
          Set-Content -Path C:\\rebooted.txt -Value yes
          exit 3010
        }
        Write-Output after
`
  using job = new Job(sandbox, { account, files: { 'recipe.yml': text } })
  const { code, log } = await job.run()
  expect({ code, log }).toEqual({ code: 0, log: expect.stringMatching(/^after$/m) })
})
