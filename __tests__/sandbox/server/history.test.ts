import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { History } from '../../../src/sandbox/server/history.ts'
import { World } from '../../../src/sandbox/world/world.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { newAccount } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'

let world: World
let history: History
beforeEach(() => {
  world = new World({ guests: new HandGuests(), seeder, latencyFactor: 1 })
  history = new History(world)
})
afterEach(() => world.close())

const NAME = 'us-east-1'

/** A change of the region, so many seconds after the last one: the copies can be told apart by it. */
function change(account: string, seconds: number): void {
  world.clock.advance(seconds * 1000)
  world
    .region(NAME, account)
    .tokens.set(`change ${world.region(NAME, account).tokens.size}`, { fingerprint: '', resourceId: '' })
  history.note()
}

const changesAt = (account: string, secondsAgo: number) => history.regionAt(NAME, secondsAgo, account)?.tokens.size

test('a region as it was after the last change before then, as far back as the window goes', () => {
  const account = newAccount()
  world.region(NAME, account)
  history.keep(100)
  for (let i = 0; i < 5; i++) change(account, 30)
  world.clock.advance(10_000)
  expect([0, 15, 45, 75, 90, 1000].map(ago => changesAt(account, ago))).toEqual([5, 4, 3, 2, 2, 1])
})

test('what is not kept is not known', () => {
  const account = newAccount()
  change(account, 1)
  expect(changesAt(account, 1)).toBeUndefined()
  history.keep(100)
  change(account, 1)
  history.keep(0)
  expect(changesAt(account, 1)).toBeUndefined()
})

test('a copy stays as it was, whatever becomes of the region', () => {
  const account = newAccount()
  const vpc = [...world.region(NAME, account).vpcs.values()][0]
  history.keep(100)
  vpc?.tags.set('a', 'b')
  expect([...(history.regionAt(NAME, 0, account)?.vpcs.values() ?? [])][0]?.tags.get('a')).toBeUndefined()
})

test('many changes in a short time: few copies, the oldest and the latest among them', () => {
  const account = newAccount()
  world.region(NAME, account)
  history.keep(100)
  for (let i = 0; i < 500; i++) change(account, 0.1)
  const seen = new Set(Array.from({ length: 500 }, (_, i) => changesAt(account, i / 10)))
  expect(seen.size).toBeLessThan(60)
  expect(seen.size).toBeGreaterThan(20)
  expect([changesAt(account, 0), changesAt(account, 100)]).toEqual([500, 0])
})
