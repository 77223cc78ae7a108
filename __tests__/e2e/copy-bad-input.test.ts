import { DescribeImagesCommand, DisableImageCommand, ModifyImageAttributeCommand } from '@aws-sdk/client-ec2'
import { CreateKeyCommand, DisableKeyCommand, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { makeImage, makeKey } from './support/image.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const MUTATING = /^(?:Copy|Create|Register|Modify|Delete|Deregister|Revoke)/

interface Row {
  readonly name: string
  /** Prepares the account. Result: the inputs beside `command` and `image-id`. */
  prepare(account: string): Promise<Readonly<Record<string, string>>>
  readonly says: RegExp
}

const to =
  (regions: string, more = {}) =>
  async () => ({ regions, ...more })
const keyOf = async (account: string, region: string, request = {}) =>
  (await sandbox.kms(account, region).send(new CreateKeyCommand(request))).KeyMetadata?.Arn ?? ''

const ROWS: readonly Row[] = [
  { name: 'no region', prepare: to(''), says: /Expected regions to copy to, found none\. Give the input `regions`/ },
  { name: 'a region of no form', prepare: to('nowhere'), says: /Input regions: expected .*found 'nowhere'/ },
  { name: 'an unknown region', prepare: to('xx-east-9'), says: /Expected a region of AWS, found xx-east-9/ },
  {
    name: 'a region that is not enabled',
    prepare: to('ap-east-1'),
    says: /Expected a region that is enabled in the account, found ap-east-1\. Enable the region/
  },
  {
    name: 'an unknown key',
    prepare: to('eu-west-1', { 'kms-key': 'alias/none' }),
    says: /Expected a KMS key, found none named alias\/none in eu-west-1/
  },
  {
    name: 'a key of another region',
    prepare: async account => ({ regions: 'eu-west-1', 'kms-key': await keyOf(account, 'us-east-1') }),
    says: /Expected a KMS key of eu-west-1, found arn:aws:kms:us-east-1:.* which is of us-east-1/
  },
  {
    name: 'an asymmetric key',
    prepare: async account => ({
      regions: 'eu-west-1',
      'kms-key': await keyOf(account, 'eu-west-1', { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })
    }),
    says: /Expected a symmetric KMS key, found .* with the key spec RSA_2048/
  },
  {
    name: 'a disabled key',
    prepare: async account => {
      const key = await makeKey(sandbox, account, 'eu-west-1', 'alias/golden')
      await sandbox.kms(account, 'eu-west-1').send(new DisableKeyCommand({ KeyId: key }))
      return { regions: 'eu-west-1', 'kms-key': 'alias/golden' }
    },
    says: /Expected the KMS key alias\/golden to be enabled, found it Disabled/
  },
  {
    name: 'a key about to be deleted',
    prepare: async account => {
      const key = await makeKey(sandbox, account, 'eu-west-1', 'alias/golden')
      await sandbox.kms(account, 'eu-west-1').send(new ScheduleKeyDeletionCommand({ KeyId: key }))
      return { regions: 'eu-west-1', 'kms-key': 'alias/golden' }
    },
    says: /Expected the KMS key alias\/golden to be enabled, found it PendingDeletion/
  },
  {
    name: "another account's key, which may not be used",
    prepare: async () => ({ regions: 'eu-west-1', 'kms-key': await keyOf(newAccount(), 'eu-west-1') }),
    says: /kms:DescribeKey failed in eu-west-1: AccessDenied.*Allow the IAM action kms:DescribeKey/
  },
  {
    name: 'an account id of no form',
    prepare: to('eu-west-1', { accounts: '1234', 'account-role': 'ami' }),
    says: /Input accounts: expected an account id of twelve digits in each item, found '1234'/
  },
  {
    name: 'accounts without a role',
    prepare: to('eu-west-1', { accounts: '111122223333' }),
    says: /Input account-role: expected a role beside accounts, found nothing/
  },
  {
    name: 'an image that does not exist',
    prepare: to('eu-west-1', { 'image-id': 'ami-0123456789abcdef0' }),
    says: /Expected an image ami-0123456789abcdef0 in us-east-1 that this account may use, found none/
  },
  {
    name: 'an image that is disabled',
    prepare: async account => {
      const id = await makeImage(sandbox, account, undefined, {}, 'disabled')
      await sandbox.ec2(account).send(new DisableImageCommand({ ImageId: id }))
      return { regions: 'eu-west-1', 'image-id': id }
    },
    says: /Expected an image that is available, found ami-\w+ disabled/
  },
  {
    name: "another account's image whose storage is not shared",
    prepare: async account => {
      const owner = newAccount()
      const id = await makeImage(sandbox, owner)
      const LaunchPermission = { Add: [{ UserId: account }] }
      await sandbox.ec2(owner).send(new ModifyImageAttributeCommand({ ImageId: id, LaunchPermission }))
      return { regions: 'eu-west-1', 'image-id': id }
    },
    says: /Expected an image that may be copied, found ami-\w+ of the account \d+, whose storage is not shared: snap-/
  },
  {
    name: 'an image that is billed by its owner',
    prepare: async () => ({
      regions: 'eu-west-1',
      'image-id': await imageNamed('Windows_Server-2022-English-Full-Base-*')
    }),
    says: /Expected an image that may be copied, .* which is billed as Windows \(RunInstances:0002\)\. Use it as the base/
  },
  {
    name: 'instance store, which has nothing to encrypt',
    prepare: async () => ({
      command: 'encrypt',
      regions: 'eu-west-1',
      'image-id': await imageNamed('amzn-ami-hvm-*-s3')
    }),
    says: /Expected an image with snapshots to encrypt, found ami-\w+, which is backed by instance store/
  }
]

async function imageNamed(name: string): Promise<string> {
  const Filters = [{ Name: 'name', Values: [name] }]
  const { Images = [] } = await sandbox
    .ec2(newAccount())
    .send(new DescribeImagesCommand({ Filters, IncludeDeprecated: true }))
  return Images[0]?.ImageId ?? ''
}

describe('a copy is refused before a mutating call', () => {
  test.each(ROWS)('$name', async ({ prepare, says }) => {
    const account = newAccount()
    const id = await makeImage(sandbox, account)
    const inputs = { command: 'copy', recipe: '', 'image-id': id, ...(await prepare(account)) }
    const before = (await sandbox.calls(account)).length
    using job = new Job(sandbox, { account, files: {}, inputs })
    const { code, log } = await job.run()
    const error = log.split('\n').find(line => line.startsWith('::error'))
    expect({ code, error }).toEqual({ code: 1, error: expect.stringMatching(says) })
    const made = (await sandbox.calls(account)).slice(before).map(({ operation }) => operation)
    expect(made.filter(operation => MUTATING.test(operation))).toEqual([])
  })
})
