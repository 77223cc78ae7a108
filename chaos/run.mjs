// One run: a world, made twice; in one the command runs undisturbed, in the other through faults and an interruption.

import { startSandbox } from '../scripts/start-sandbox.mjs'
import { drawFaults } from './faults.mjs'
import { drawInterruption, holdOf, interrupt, tellInterruption } from './interruption.mjs'
import { Job } from './job.mjs'
import { judgeStep } from './messages.mjs'
import { observe } from './observer.mjs'
import { Place } from './place.mjs'
import { Random } from './random.mjs'
import { secretsIn } from './secrets.mjs'
import { differences, judgeReferences, normalise } from './state.mjs'
import { DONE, NEVER_QUIET, WORLDS } from './worlds/worlds.mjs'

const [CALM, WILD] = [
  ['100000000001', '100000000002'],
  ['200000000001', '200000000002']
]
const MAX_RERUNS = 4
const READING = /^(?:Describe|Get|List|Assume|Search)/
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

/** Result: what was found wrong, and what was done; `trace` has all that was said. */
export async function runOnce(seed, name) {
  const sandbox = await startSandbox(['--guests', 'scripted'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const trace = []
  try {
    const place = new Place(sandbox.url)
    const random = new Random(seed)
    const make = accounts => WORLDS[name](place, accounts, new Random(seed + 1))
    const calm = await attempt(place, await make(CALM), trace, { number: 1 })
    if (calm.code !== 0) return { problems: [`undisturbed it ended with ${calm.code}`], interruption: 'none', trace }
    const expected = await settle(place, CALM)
    const order = await make(WILD)
    const interruption = drawInterruption(random, calm.calls)
    const problems = [...calm.problems, ...(await disturb(place, { order, name, random, interruption, trace }))]
    const found = await settle(place, WILD)
    const unequal = differences(normalise(expected, CALM), normalise(found, WILD))
    const secrets = secretsIn(JSON.stringify(found)).map(secret => `the state tells the secret ${secret}`)
    problems.push(...unequal, ...judgeReferences(found), ...secrets)
    return { problems, interruption: tellInterruption(interruption), trace }
  } finally {
    await sandbox.stop()
  }
}

/** Transitions are over soon: instances end, slow ones as well. */
async function settle(place, accounts) {
  for (let left = 30; ; left--) {
    const found = await observe(place, accounts)
    const moving = Object.values(found).some(({ images, snapshots, instances }) =>
      [...images, ...snapshots, ...instances].some(({ State, state = State }) =>
        /pending|stopping|shutting/.test(state)
      )
    )
    if (!moving || left === 0) return found
    await pause(100)
  }
}

/** The command through faults, then again until it is quiet. */
async function disturb(place, { order, name, random, interruption, trace }) {
  const wild = await attempt(place, order, trace, { number: 1, random, interruption })
  const problems = [...wild.problems]
  const isOver = Object.hasOwn(DONE, name) || NEVER_QUIET.includes(name)
  for (let number = 2; number < MAX_RERUNS + 2; number++) {
    const again = await attempt(place, order, trace, { number })
    problems.push(...again.problems)
    if (DONE[name]?.test(again.log)) return problems
    if (again.code === 0 && (isOver || again.changes.length === 0)) return problems
    if (again.code !== 0) problems.push(`rerun ${number - 1} without faults ended with ${again.code}`)
  }
  return [...problems, `it is not quiet after ${MAX_RERUNS} reruns`]
}

/** One attempt of the job: main, interrupted or not, and post. */
async function attempt(place, order, trace, { number, random, interruption }) {
  const before = (await place.control('GET', 'requests')).at(-1)?.seq ?? 0
  const job = new Job(place, order, number)
  const faults = random ? drawFaults(random) : []
  try {
    if (random) await place.control('POST', 'faults', [...(interruption ? [holdOf(interruption)] : []), ...faults])
    const later = random ? drawFaults(random) : []
    const main = await job.main(child => interruption && interrupt(place, interruption, child, later))
    // A call that main did not come to is not to be withheld from the post step.
    await place.control('DELETE', 'faults')
    await place.control('POST', 'faults', later)
    const steps = [main, ...(interruption?.hasPost === false ? [] : [await job.post()])]
    for (const { bundle, code, signal, log } of steps)
      trace.push(`--- attempt ${number}, ${bundle}: ${code ?? signal}\n${log}`)
    const calls = (await place.control('GET', `requests?after=${before}`)).filter(
      ({ outcome }) => outcome !== 'DryRunOperation'
    )
    trace.push(calls.map(call => `${call.account} ${call.region} ${call.operation} ${call.outcome}`).join('\n'))
    return {
      code: main.code,
      log: main.log,
      calls: calls.length,
      changes: calls.map(({ operation }) => operation).filter(operation => !READING.test(operation)),
      problems: steps.flatMap(judgeStep).map(problem => `attempt ${number}: ${problem}`)
    }
  } finally {
    await place.control('DELETE', 'faults')
    job.end()
  }
}
