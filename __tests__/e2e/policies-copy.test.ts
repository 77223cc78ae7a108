import { DescribeImagesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll } from '@jest/globals'
import type { JobOptions } from './support/action.ts'
import { makeKey } from './support/image.ts'
import { readPolicy, type Scenario } from './support/policies.ts'
import { testPolicy } from './support/policy-tests.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const MANAGED = { 'ami-action:managed': 'true' }

/** An image as a bake leaves it, with two volumes, and a key of the account's own if `hasKey`. Result: its id. */
async function makeSource(account: string, hasKey = true): Promise<string> {
  const image = {
    tags: MANAGED,
    snapshotTags: MANAGED,
    volumeSizes: [8, 8],
    ...(hasKey && { kmsKeyId: await makeKey(sandbox, account, 'us-east-1', 'alias/golden') }),
    Image: { Name: 'web', BootMode: 'uefi', ImdsSupport: 'v2.0' }
  }
  await sandbox.post('seed', { account, images: [image] })
  const { Images: [made] = [] } = await sandbox.ec2(account).send(new DescribeImagesCommand({ Owners: ['self'] }))
  return made?.ImageId ?? ''
}

const makeKeys = (account: string): Promise<unknown> =>
  Promise.all(['alias/golden', 'alias/data'].map(alias => makeKey(sandbox, account, 'eu-west-1', alias)))

const breakThere = (account: string, operation: string) =>
  sandbox.post('faults', { account, region: 'eu-west-1', operation, action: 'fail', code: 'Broken', message: 'broken' })

const job = (id: string, more: Record<string, string>): Omit<JobOptions, 'account'> => ({
  files: { 'recipe.yml': RECIPE },
  inputs: { command: 'copy', 'image-id': id, ...more }
})

const RECIPE = `family: web
strategy: partial
base: { id: ami-0123456789abcdef0 }
regions: { eu-west-1: { kms-keys: { /dev/xvda: alias/golden, /dev/sdf: alias/data } } }
`
const ONE_KEY = { recipe: '', regions: 'eu-west-1', 'kms-key': 'alias/golden' }

const scenarios = (command: string): Scenario[] =>
  [
    { name: 'a copy with one key', inputs: ONE_KEY },
    { name: 'a copy with a key for each volume', inputs: {} },
    { name: 'a copy whose encryption is left to EBS', inputs: { recipe: '', regions: 'eu-west-1' }, hasKey: false },
    { name: 'a copy that EC2 fails to make', inputs: ONE_KEY, broken: 'CopyImage' },
    { name: 'a snapshot that EC2 fails to copy', inputs: {}, broken: 'CopySnapshot' }
  ].map(({ name, inputs, broken, hasKey }) => ({
    name,
    prepare: async account => {
      const [id] = await Promise.all([makeSource(account, hasKey), makeKeys(account)])
      if (broken) await breakThere(account, broken)
      return job(id, { command, ...inputs })
    },
    ...(broken && { code: 1 })
  }))

const LEND: Scenario = {
  name: 'copies that member accounts own',
  besides: ['copy'],
  prepare: async account => {
    const member = newAccount()
    const [id] = await Promise.all([makeSource(account), makeKeys(member)])
    const principal = `arn:aws:iam::${member}:role/ami-member`
    await sandbox.post('policies', [{ principal, document: readPolicy('copy') }])
    return job(id, { ...ONE_KEY, accounts: member, 'account-role': 'ami-member' })
  }
}

testPolicy({
  name: 'copy',
  sandbox: () => sandbox,
  scenarios: [...scenarios('copy'), { ...LEND, besides: ['copy-lend'] }]
})
testPolicy({
  name: 'copy-lend',
  sandbox: () => sandbox,
  scenarios: [LEND],
  bestEffort: ['ec2:DeleteTags', 'kms:ListGrants', 'kms:RevokeGrant']
})
