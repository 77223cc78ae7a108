import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test as plainTest } from '@jest/globals'
import { leftovers, NOTHING } from './support/leftovers.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { test } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const HOME_REGION = 'us-east-1'
const LONG_MS = 180_000

/** `npm run test:aws` in an account of the sandbox, killed once it says `killAt`. */
async function accept(account: string | undefined, env: object = {}, killAt?: RegExp) {
  const child = spawn(process.execPath, ['acceptance/acceptance.mjs'], {
    env: {
      PATH: process.env.PATH,
      HOME: '/nowhere',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL: sandbox.url,
      ...(account && { AWS_ACCESS_KEY_ID: account, AWS_SECRET_ACCESS_KEY: 'any' }),
      AMI_ACTION_ACCEPTANCE_ACCOUNT: account,
      ...env
    },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      said += chunk
      if (killAt?.test(said)) child.kill('SIGKILL')
    })
  }
  const [code] = await once(child, 'close')
  return { code, said }
}

plainTest('acceptance without credentials says in a line that nothing was run', async () => {
  expect(await accept(undefined)).toEqual({
    code: 0,
    said: expect.stringMatching(
      /^Nothing was run on AWS: there are no credentials .*\nTests: 0 passed, 0 failed, 11 skipped\n$/
    )
  })
})

plainTest('acceptance in an account that nobody named is refused, and changes nothing', async () => {
  const account = newAccount()
  const { code, said } = await accept(account, { AMI_ACTION_ACCEPTANCE_ACCOUNT: '999900001111' })
  expect([code, said]).toEqual([
    1,
    expect.stringMatching(/^Expected AMI_ACTION_ACCEPTANCE_ACCOUNT=\d{12}.* Nothing was done\.\n$/)
  ])
  expect((await sandbox.calls(account)).map(({ service }) => service)).toEqual(['sts'])
})

test(
  'acceptance runs every command; what it made is gone, but for what EC2 protects for a day',
  async () => {
    const account = newAccount()
    const { code, said } = await accept(account)
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('Tests: 11 passed, 0 failed, 0 skipped') })
    expect(said).toContain('Protected by EC2 for 24 hours: ami-')
    const left = await leftovers(sandbox, account)
    expect({ ...left, images: left.images.length, snapshots: left.snapshots.length }).toEqual({
      instances: [],
      images: 2,
      snapshots: 2
    })
    for (const region of ['us-east-2', 'us-west-2']) expect(await leftovers(sandbox, account, region)).toEqual(NOTHING)
  },
  LONG_MS
)

test(
  'acceptance that was killed is cleaned up after by the next one',
  async () => {
    const account = newAccount()
    await accept(account, {}, /✓ copy/)
    const before = await leftovers(sandbox, account, HOME_REGION)
    expect(before.images).toHaveLength(1)
    const { code, said } = await accept(account)
    expect({ code, said }).toEqual({
      code: 0,
      said: expect.stringMatching(/Removed what was left by a run that was killed: [4-9]\n/)
    })
    expect((await leftovers(sandbox, account)).images).not.toContain(before.images[0])
  },
  LONG_MS
)
