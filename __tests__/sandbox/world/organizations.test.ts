import { deserialize, serialize } from 'node:v8'
import { describe, expect, test } from '@jest/globals'
import { membershipsOf } from '../../../src/sandbox/world/organizations.ts'
import { World } from '../../../src/sandbox/world/world.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { seeder } from '../ec2/fixture.ts'

const ORGANIZATION = {
  arn: 'organization',
  accounts: ['root'],
  units: [
    { arn: 'unit', accounts: ['inUnit'], units: [{ arn: 'nested', accounts: ['inNested'] }] },
    { arn: 'sibling', accounts: ['inSibling'] }
  ]
}

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_getting-started_concepts.html
describe('an account is in', () => {
  test.each([
    ['root', ['organization']],
    ['inUnit', ['organization', 'unit']],
    ['inNested', ['organization', 'unit', 'nested']],
    ['inSibling', ['organization', 'sibling']],
    ['elsewhere', []]
  ])('%s: %j', (account, expected) => {
    expect(membershipsOf(account, [ORGANIZATION])).toEqual(expected)
  })
})

test('organizations outlast a restart, and not a reset', async () => {
  const make = () => new World({ guests: new HandGuests(), seeder, latencyFactor: 0 })
  const before = make()
  before.organizations.set(ORGANIZATION.arn, ORGANIZATION)
  const after = make()
  after.restore(deserialize(serialize(before.toData())), [])
  expect([...after.organizations]).toEqual([[ORGANIZATION.arn, ORGANIZATION]])
  await after.reset()
  expect(after.organizations.size).toBe(0)
})
