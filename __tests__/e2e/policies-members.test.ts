import { afterAll, beforeAll } from '@jest/globals'
import type { JobOptions } from './support/action.ts'
import { dueAt, HEAD, keepInBin, ownId, seedFamily } from './support/family.ts'
import { GOOD, of, seedFleet } from './support/fleet.ts'
import { makeGolden } from './support/golden.ts'
import { readPolicy, type Scenario } from './support/policies.ts'
import { testPolicy } from './support/policy-tests.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

/** A member account whose role has these policies. */
async function makeMember(...names: readonly string[]): Promise<string> {
  const member = newAccount()
  const principal = `arn:aws:iam::${member}:role/ami-member`
  await sandbox.post(
    'policies',
    names.map(name => ({ principal, document: readPolicy(name) }))
  )
  return member
}

const job = (member: string, more: string, inputs: Record<string, string>): Omit<JobOptions, 'account'> => ({
  files: {
    'recipe.yml': `family: web
strategy: partial
base: { ssm: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 }
${more}
`
  },
  inputs: { accounts: member, 'account-role': 'ami-member', ...inputs }
})

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'a fleet in a member account',
    besides: ['verify-fleet'],
    prepare: async () => {
      const member = await makeMember('verify-fleet')
      await seedFleet(sandbox, member, [{ RunInstances: of(GOOD) }])
      return job(member, '', { command: 'verify', fleet: 'true' })
    }
  },
  {
    name: 'a publication to a member account',
    besides: ['publish'],
    prepare: async account => {
      const member = await makeMember('publish')
      await makeGolden(sandbox, { account, version: 1 })
      const more = `share: { accounts: ["${member}"] }\npublish: { ssm: /golden/web, launch-template: web }`
      return job(member, more, { command: 'publish' })
    }
  },
  {
    name: 'a sunset in a member account',
    besides: ['sunset-read'],
    prepare: async () => {
      const member = await makeMember('sunset-read', 'sunset-stage', 'sunset-destroy')
      await seedFamily(sandbox, member, [{ ...HEAD, imageId: ownId(member, 0) }, dueAt('disabled', ownId(member, 1))])
      await keepInBin(sandbox, member)
      return job(member, 'sunset: { keep: 1, max-percent: 100 }', { command: 'sunset' })
    }
  }
]

testPolicy({ name: 'assume-members', sandbox: () => sandbox, isInTurn: true, scenarios: SCENARIOS })
