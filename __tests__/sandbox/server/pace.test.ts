import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { atPace } from '../../../src/sandbox/world/pace.ts'
import type { Transition } from '../../../src/sandbox/world/transition.ts'
import { World } from '../../../src/sandbox/world/world.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { seeder } from '../ec2/fixture.ts'

let happened: string[]
let world: World
beforeEach(() => {
  happened = []
  world = newWorld()
})
afterEach(() => world.close())

const newWorld = () => new World({ guests: new HandGuests(), seeder, latencyFactor: 1 })

const second: Transition<{ name: string }> = {
  name: 'second',
  act: (_, { name }) => void happened.push(name)
}
const first: Transition<{ name: string }> = {
  name: 'first',
  act: (world, data) => void world.after(10, second, data)
}

async function advance(seconds: number): Promise<string[]> {
  world.clock.advance(seconds * 1000)
  await world.schedule.settle()
  return happened.splice(0)
}

test('what a slow act starts is slow, and what that starts in turn; nothing else', async () => {
  atPace({ factor: 3, addMs: 0 }, () => world.after(10, first, { name: 'slow' }))
  world.after(10, first, { name: 'usual' })
  await advance(10)
  expect(await advance(10)).toEqual(['usual'])
  await advance(10)
  expect(await advance(20)).toEqual([])
  expect(await advance(10)).toEqual(['slow'])
})

test('the pace is kept with what waits: it holds after a restart', async () => {
  atPace({ factor: 1, addMs: 100_000 }, () => world.after(10, first, { name: 'slow' }))
  const kept = structuredClone(world.toData().waiting)
  await world.close()
  world = newWorld()
  world.schedule.restore(kept, [first as Transition<never>, second as Transition<never>])
  await advance(110)
  expect(await advance(100)).toEqual([])
  expect(await advance(10)).toEqual(['slow'])
})
