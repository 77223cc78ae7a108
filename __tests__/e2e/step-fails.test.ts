import { afterAll, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { leftovers, NOTHING } from './support/leftovers.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { test } from './support/with-guests.ts'

const STEPS = `- { name: prepare, run: echo all is well }
- name: break
  run: |
    for n in 1 2 3; do echo "line $n"; done
    echo to stderr >&2
    exit 42
- { name: never, run: echo unreachable }`

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

test.each(['ssm', 'user-data'])(
  'a step that fails (via %s) is named with its exit code and last lines, and nothing is left',
  async via => {
    const account = newAccount()
    using job = new Job(sandbox, { account, files: { 'recipe.yml': recipe(STEPS).replace('via: ssm', `via: ${via}`) } })
    const { code, log, outputs, summary } = await job.run()
    expect(code).toBe(1)
    expect(annotation(log)).toContain(
      "Step 'break' ended with exit code 42.%0AIts last lines:%0A  line 1%0A  line 2%0A  line 3%0A  to stderr"
    )
    expect(annotation(log)).toMatch(/^::error file=recipe\.yml,line=\d+,/)
    expect(log).toContain('all is well')
    expect(log).not.toContain('unreachable')
    expect(outputs).not.toHaveProperty('image-id')
    expect(summary).toContain('Baking web failed')
    expect(summary).toContain("Step 'break' ended with exit code 42.")
    expect(JSON.parse(outputs.report ?? '')).toMatchObject({ family: 'web', errors: [{ code: 'STEP_FAILED' }] })
    expect(await leftovers(sandbox, account)).toEqual(NOTHING)
  }
)

const annotation = (log: string): string => log.split('\n').find(line => line.startsWith('::error')) ?? ''
