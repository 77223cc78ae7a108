import { expect, test } from '@jest/globals'
import { checkKeys, warnOfKeyPolicies } from '../../../../src/commands/bake/plan/plan-keys.ts'
import { throwProblems } from '../../../../src/errors.ts'
import { facts, key, load, refusals } from '../bake-facts.ts'

const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012'
const check = (recipe: ReturnType<typeof load>, keys: ReadonlyMap<string, ReturnType<typeof key> | undefined>) =>
  refusals(() => throwProblems(checkKeys(recipe, facts({ keys }))))

const recipeWith = (name: string) => load(`volumes: [{ device: /dev/xvda, kms-key: '${name}' }]`)

test.each([
  ['enabled', key()],
  ['of an account that does not tell its kind', { KeyId: 'x', KeyState: 'Enabled' as const }]
])('a key that is %s is fit', (_, metadata) => {
  expect(check(recipeWith('alias/a'), new Map([['us-east-1 alias/a', metadata]]))).toEqual([])
})

test.each([
  ['missing', 'alias/a', undefined, 'Expected a KMS key, found none named alias/a in us-east-1'],
  [
    'disabled',
    'alias/a',
    key({ KeyState: 'Disabled' }),
    'Expected the KMS key alias/a to be enabled, found it Disabled'
  ],
  [
    'about to be deleted',
    'alias/a',
    key({ KeyState: 'PendingDeletion' }),
    'Expected the KMS key alias/a to be enabled, found it PendingDeletion'
  ],
  [
    'for signing',
    'alias/a',
    key({ KeySpec: 'RSA_2048' }),
    'Expected a symmetric KMS key, found alias/a with the key spec RSA_2048'
  ],
  ['of another region', ARN, key(), `Expected a KMS key of us-east-1, found ${ARN}, which is of eu-west-1`]
])('a key that is %s is refused, at its volume', (_, name, metadata, message) => {
  expect(check(recipeWith(name), new Map([[`us-east-1 ${name}`, metadata]]))).toEqual([
    { code: 'KEY', message, line: 4 }
  ])
})

test('every key is checked, the one of all other volumes, too', () => {
  const recipe = {
    ...load(
      'volumes:',
      '  - { device: /dev/xvda, kms-key: alias/a }',
      '  - { device: /dev/sdf, size: 1, kms-key: alias/b }'
    ),
    kmsKey: 'alias/c'
  }
  const keys = new Map([['us-east-1 alias/b', key()]])
  expect(check(recipe, keys)).toEqual([
    { code: 'KEY', message: 'Expected a KMS key, found none named alias/a in us-east-1', line: 5 },
    { code: 'KEY', message: 'Expected a KMS key, found none named alias/c in us-east-1' }
  ])
})

test('without keys of its own there is nothing to check', () => {
  expect(check(load('volumes: [{ device: /dev/xvda, size: 10 }]'), new Map())).toEqual([])
})

test('the keys of copies are looked for in their regions', () => {
  const recipe = load(
    'volumes: [{ device: /dev/xvda, kms-key: alias/a }]',
    'regions: { eu-west-1: { kms-keys: { /dev/xvda: alias/eu } } }'
  )
  expect(check(recipe, new Map([['us-east-1 alias/a', key()]]))).toEqual([
    { code: 'KEY', message: 'Expected a KMS key, found none named alias/eu in eu-west-1' }
  ])
})

const SHARE = 'share: { accounts: ["444455556666"] }'

test('a key that AWS manages can’t be shared', () => {
  const recipe = load('volumes: [{ device: /dev/xvda, kms-key: alias/aws/ebs }]', SHARE)
  expect(check(recipe, new Map([['us-east-1 alias/aws/ebs', key({ KeyManager: 'AWS' })]]))).toEqual([
    {
      code: 'KEY',
      line: 4,
      message:
        'Expected a KMS key that other accounts can use, for `share`; found alias/aws/ebs, which AWS manages for this account alone'
    }
  ])
})

test('a key policy that keeps the others out is warned of', () => {
  const keyPolicies = new Map([['us-east-1 alias/a', '{"Statement":[]}']])
  expect(warnOfKeyPolicies(load(SHARE), facts({ keyPolicies }))).toEqual([
    'The policy of the KMS key us-east-1 alias/a lets 444455556666 not use it: instances of the shared image will not start there'
  ])
})
