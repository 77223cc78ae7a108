import { describe, expect, test } from '@jest/globals'
import { actionsOf, type Outcome, play, readPolicy, type Scenario, without } from './policies.ts'
import type { Sandbox } from './sandbox.ts'

export interface PolicyTests {
  readonly name: string
  readonly sandbox: () => Sandbox
  /** They use all that the policy allows, together. */
  readonly scenarios: readonly Scenario[]
  /** Actions that a job does not fail without: it says what it could not do. */
  readonly bestEffort?: readonly string[]
  /** One after the other: they share images of the sandbox, or advance its clock, by which sessions expire. */
  readonly isInTurn?: boolean
  /** Actions that no scenario can show a use of, and why. */
  readonly unseen?: Readonly<Record<string, string>>
}

/** Each scenario passes under exactly the policy, which allows nothing else, and fails without any one of its actions. */
export function testPolicy(options: PolicyTests): void {
  const { name, sandbox, scenarios, bestEffort = [], unseen = {}, isInTurn } = options
  const tests = isInTurn ? test : test.concurrent
  const policy = readPolicy(name)
  const played = new Map<Scenario, Promise<Outcome>>()
  const playOnce = (scenario: Scenario) => {
    const outcome = played.get(scenario) ?? play(sandbox(), scenario, policy)
    played.set(scenario, outcome)
    return outcome
  }

  describe(`policies/${name}.json`, () => {
    tests.each(scenarios.map(scenario => ({ scenario, name: scenario.name })))(
      'suffices for $name',
      async ({ scenario }) => {
        const { code, log } = await playOnce(scenario)
        expect(log.split('\n').filter(line => /not authorized|the IAM action/.test(line))).toEqual([])
        expect({ code, log }).toEqual({ code: scenario.code ?? 0, log })
      }
    )

    test('has no statement that allows what is not needed', async () => {
      const outcomes = await Promise.all(scenarios.map(playOnce))
      const idle = policy.Statement.flatMap(({ Sid, Action }, i) =>
        [Action].flat().flatMap(action => {
          const isUsed = action in unseen || outcomes.some(({ used }) => used[i]?.includes(action))
          return isUsed ? [] : [`${Sid}: ${action}`]
        })
      )
      expect(idle).toEqual([])
    })

    tests.each(actionsOf(policy).filter(action => !(action in unseen)))('without %s: that is said', async action => {
      const outcomes = await Promise.all(scenarios.map(playOnce))
      const scenario = scenarios.find((_, i) => outcomes[i]?.used.some(used => used.includes(action)))
      if (!scenario) throw new Error(`Expected a scenario that uses ${action}, found none`)
      const { code, log } = await play(sandbox(), scenario, without(policy, action))
      expect({ code, log }).toEqual({
        code: bestEffort.includes(action) ? (scenario.code ?? 0) : 1,
        log: expect.stringMatching(new RegExp(`${action}(?!\\w)`))
      })
    })
  })
}
