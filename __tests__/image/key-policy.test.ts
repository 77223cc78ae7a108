import { expect, test } from '@jest/globals'
import { findAccountsWithoutKey } from '../../src/image/key-policy.ts'

const FRIEND = '111122223333'
const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })
const allow = (principal: unknown) => ({ Effect: 'Allow', Principal: principal, Action: 'kms:*', Resource: '*' })

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html#sharing-amis-kms
test.each([
  ['its root', policy(allow({ AWS: `arn:aws:iam::${FRIEND}:root` }))],
  ['its id', policy(allow({ AWS: FRIEND }))],
  ['a role of it', policy(allow({ AWS: [`arn:aws:iam::${FRIEND}:role/deploy`] }))],
  ['one of several', policy(allow({ AWS: ['arn:aws:iam::444455556666:root', `arn:aws:iam::${FRIEND}:root`] }))],
  ['everybody, perhaps under a condition', policy(allow('*'))],
  ['everybody, the other way to write it', policy(allow({ AWS: '*' }))],
  ['a statement that is no list', JSON.stringify({ Statement: allow({ AWS: FRIEND }) })]
])('an account is let in by %s', (_, text) => {
  expect(findAccountsWithoutKey(text, [FRIEND])).toEqual([])
})

test.each([
  ['only names others', policy(allow({ AWS: 'arn:aws:iam::444455556666:root' }))],
  ['denies it', policy({ ...allow({ AWS: FRIEND }), Effect: 'Deny' })],
  ['lets a service in', policy(allow({ Service: 'ec2.amazonaws.com' }))],
  ['has its number inside another name', policy(allow({ AWS: `arn:aws:iam::444455556666:role/${FRIEND}` }))],
  ['is not readable', '{'],
  ['has no statements', '{}']
])('an account stays out where the policy %s', (_, text) => {
  expect(findAccountsWithoutKey(text, [FRIEND])).toEqual([FRIEND])
})
