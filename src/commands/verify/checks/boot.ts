import type { Boot } from '../boot/boot-report.ts'
import type { ImageFacts } from '../facts.ts'
import { type Check, known, NOT_APPLICABLE, unless, type Verdict } from './check.ts'

const onBoot = ({ boot }: ImageFacts, judge: (boots: readonly Boot[]) => Verdict): Verdict =>
  boot ? known(boot, ({ boots }) => judge(boots)) : NOT_APPLICABLE

export const BOOTS: Check = {
  id: 'boots',
  severity: 'fail',
  expected: 'instances of the image to boot, and their launch user data to succeed',
  fix: 'Look at the console of an instance of the image.',
  judge: facts =>
    onBoot(facts, boots =>
      unless(boots.flatMap(({ instanceId, problem }) => (problem ? [`${instanceId}: ${problem}`] : [])))
    )
}

/** Host keys, machine id, SID and name: what two instances share somebody else can pretend to be. */
export const UNIQUE: Check = {
  id: 'unique',
  severity: 'fail',
  expected: 'two instances of the image to have identities of their own',
  fix: 'Seal the image: `bake` does.',
  judge: facts =>
    onBoot(facts, ([first, second]) => {
      if (!first || !second) return NOT_APPLICABLE
      const [one, other] = [first.guest.identity, second.guest.identity]
      return unless(
        Object.keys(one)
          .filter(name => one[name] === other[name])
          .map(name => `both have the same ${name}`)
      )
    })
}

export const CLEAN: Check = {
  id: 'clean',
  severity: 'fail',
  expected: 'an instance of the image to hold nothing of its bake',
  fix: 'Seal the image again, and see what a step writes after its last line.',
  judge: facts => onBoot(facts, ([first]) => unless(first?.guest.leftovers ?? []))
}

export const TESTED: Check = {
  id: 'tests',
  severity: 'fail',
  expected: 'every `test` of the recipe to pass',
  fix: 'See the log of the test.',
  judge: ({ boot }, recipe) => {
    if (!boot || !recipe || recipe.test.length === 0) return NOT_APPLICABLE
    return known(boot, ({ tests }) =>
      unless(tests.flatMap(({ error }) => (error ? [error.message.split('\n')[0] ?? ''] : [])))
    )
  }
}
