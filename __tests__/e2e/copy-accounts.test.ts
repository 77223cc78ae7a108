import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { keysOf, makeImage, makeKey } from './support/image.ts'
import { CLOSED, openTo } from './support/lent.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const job = (account: string, inputs: Record<string, string>): Job =>
  new Job(sandbox, {
    account,
    files: {},
    inputs: { command: 'copy', recipe: '', 'account-role': 'ami-{account}', ...inputs }
  })

test('copies owned by member accounts are encrypted with their keys, and nothing stays lent', async () => {
  const [owner, first, second] = [newAccount(), newAccount(), newAccount()]
  const key = await makeKey(sandbox, owner, 'us-east-1', 'alias/golden')
  for (const account of [first, second]) await makeKey(sandbox, account, 'eu-west-1', 'alias/golden')
  const id = await makeImage(sandbox, owner, { '/dev/xvda': 'alias/golden' }, { team: 'platform' })
  using copying = job(owner, {
    'image-id': id,
    regions: 'eu-west-1',
    accounts: `${first},${second}`,
    'kms-key': 'alias/golden'
  })
  const { code, log, outputs } = await copying.run()
  expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
  const images = JSON.parse(outputs.images ?? '')
  for (const account of [first, second]) {
    const found = await keysOf(sandbox, account, 'eu-west-1', images[`${account}/eu-west-1`])
    expect(found['/dev/xvda']).toMatch(new RegExp(`^arn:aws:kms:eu-west-1:${account}:key/`))
  }
  expect(await openTo(sandbox, owner, id, key)).toEqual(CLOSED)
})
