import { describe, expect, test } from '@jest/globals'
import { stepFailed } from '../../../../src/commands/bake/provision/step-failed.ts'
import type { ScriptStep } from '../../../../src/recipe/recipe.ts'

const STEP: ScriptStep = {
  kind: 'run',
  name: 'Install nginx',
  script: 'apt-get install nginx',
  shell: 'bash',
  env: {},
  timeoutSeconds: 90,
  place: { file: 'images/web.yml', line: 7, column: 5 }
}

describe('a failed step', () => {
  test.each([
    [
      'its exit code and what it wrote',
      stepFailed(STEP, 100, ['Reading package lists...', 'E: Unable to locate package nginx']),
      [
        "Step 'Install nginx' ended with exit code 100.",
        'Its last lines:',
        '  Reading package lists...',
        '  E: Unable to locate package nginx'
      ]
    ],
    [
      'ten lines at most, the last ones',
      stepFailed(
        STEP,
        1,
        Array.from({ length: 25 }, (_, i) => `line ${i + 1}`)
      ),
      [
        "Step 'Install nginx' ended with exit code 1.",
        'Its last lines:',
        ...Array.from({ length: 10 }, (_, i) => `  line ${i + 16}`)
      ]
    ],
    [
      'that it wrote nothing',
      stepFailed(STEP, 3, []),
      ["Step 'Install nginx' ended with exit code 3.", 'It wrote nothing.']
    ],
    [
      'its time-out',
      stepFailed(STEP, 124, ['Waiting for lock']),
      [
        "Step 'Install nginx' did not end within its time-out of 1 min 30 s (exit code 124).",
        'Its last lines:',
        '  Waiting for lock'
      ]
    ],
    [
      'why it was not run',
      stepFailed(STEP, -1, ['unrelated'], 'Undeliverable'),
      ["Step 'Install nginx' was not run: Undeliverable."]
    ]
  ])('says %s, at its place in the recipe', (_, error, lines) => {
    expect(error.message.split('\n')).toEqual(lines)
    expect({ code: error.code, at: error.at }).toEqual({ code: 'STEP_FAILED', at: STEP.place })
  })
})
