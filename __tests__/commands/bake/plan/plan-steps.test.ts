import { describe, expect, test } from '@jest/globals'
import { checkSteps } from '../../../../src/commands/bake/plan/plan-steps.ts'
import { image, load } from '../bake-facts.ts'

const provision = (via: string, ...steps: readonly string[]) =>
  load(
    'builder: { instance-profile: p }',
    'provision:',
    `  via: ${via}`,
    '  steps:',
    ...steps.map(step => `    - ${step}`)
  )

const [LINUX, WINDOWS] = [image(), image({ Platform: 'Windows' })]
const large = Buffer.alloc(60_000, 'x').toString()

describe('what of the steps a base cannot take is refused', () => {
  test.each([
    ['nothing of bash on Linux', provision('ssm', '{ name: a, run: echo }'), LINUX, []],
    ['nothing of PowerShell on Windows', provision('ssm', '{ name: a, run: echo, shell: powershell }'), WINDOWS, []],
    [
      'PowerShell on Linux',
      provision('ssm', '{ name: a, run: echo, shell: powershell }'),
      LINUX,
      ["Expected step 'a' to be a bash script, as the base is Linux, found PowerShell"]
    ],
    [
      'each bash step on Windows',
      provision('ssm', '{ name: a, run: echo }', '{ name: b, run: echo }'),
      WINDOWS,
      [
        "Expected step 'a' to be a PowerShell script, as the base is Windows, found bash",
        "Expected step 'b' to be a PowerShell script, as the base is Windows, found bash"
      ]
    ],
    [
      'Windows by user data',
      provision('user-data', '{ name: a, run: echo, shell: powershell }'),
      WINDOWS,
      ['Expected Windows to be provisioned through Run Command, found `via: user-data`']
    ],
    [
      'PowerShell that is too large',
      provision('ssm', `{ name: a, run: ${large}, shell: powershell }`),
      WINDOWS,
      ["Expected step 'a' to be at most 60000 bytes, which is what Run Command takes of PowerShell, found 60093"]
    ]
  ])('%s', (_, recipe, base, sentences) => {
    expect(checkSteps(recipe, base).map(problem => problem.message)).toEqual(sentences)
  })
})
