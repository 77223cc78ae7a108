import { existsSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { readMarks } from '../../src/guest/console-marks.ts'
import { stepScript } from '../../src/guest/step-script.ts'
import type { ScriptStep } from '../../src/recipe/recipe.ts'
import { GuestMachine } from './guest-machine.ts'

const NONCE = 'c0ffee12'

let machine: GuestMachine
beforeEach(() => {
  machine = new GuestMachine()
})
afterEach(() => machine.remove())

const step = (script: string, other: Partial<ScriptStep> = {}): ScriptStep => ({
  kind: 'run',
  name: 'a step',
  script,
  shell: 'bash',
  env: {},
  timeoutSeconds: 60,
  place: { file: 'web.yml', line: 1, column: 1 },
  ...other
})

const run = (script: string, other: Partial<ScriptStep> = {}) =>
  machine.run(stepScript(step(script, other), { nonce: NONCE, step: 1 }))

const marks = () => readMarks(machine.readConsole(), NONCE)

describe('a step leaves with its exit code', () => {
  test.each([
    ['the last command’s', 'true', 0],
    ['its own', 'exit 3', 3],
    ['a failed command ends it', 'false\nexit 5', 1],
    ['an unset variable ends it', 'echo "$unset_variable"', 1],
    ['a failure within a pipe counts', 'false | true', 1],
    ['an unknown command', 'no-such-command-here', 127],
    ['killed for lack of memory, which is no time-out', 'kill -KILL $$', 137],
    ['a syntax error', 'if', 2],
    ['an empty script', '', 0]
  ])('%s', async (_, script, code) => {
    expect((await run(script)).code).toBe(code)
    expect(marks()[0]).toEqual({ step: 1, kind: 'begin' })
    expect(marks().at(-1)).toEqual({ step: 1, kind: 'end', code })
  })
})

describe('a step that takes too long', () => {
  test('is ended, and leaves with 124', async () => {
    const { code, stdout } = await run('echo started\nsleep 30\necho ended', { timeoutSeconds: 1 })
    expect({ code, stdout }).toEqual({ code: 124, stdout: 'ami-action lines 1\nstarted\n' })
  })

  test('is killed where it does not listen, and leaves with 124, too', async () => {
    const script = stepScript(step('trap "" TERM\nwhile :; do sleep 0.05; done', { timeoutSeconds: 1 }), {
      nonce: NONCE,
      step: 1
    })
    expect(script).toContain('--kill-after=10 ')
    const { code } = await machine.run(script.replace('--kill-after=10 ', '--kill-after=0.1 '))
    expect(code).toBe(124)
    expect(marks().at(-1)).toEqual({ step: 1, kind: 'end', code: 124 })
  })
})

describe('output', () => {
  test('of both streams, in its order, goes to the console and to stdout', async () => {
    const { stdout, stderr } = await run('echo one\necho two >&2\nprintf three')
    expect(stdout).toBe('ami-action lines 3\none\ntwo\nthree\n')
    expect(stderr).toBe('')
    expect(marks().filter(mark => mark.kind === 'line')).toEqual(
      ['one', 'two', 'three'].map(text => ({ step: 1, kind: 'line', text }))
    )
  })

  test('is taken literally', async () => {
    const lines = ['%s %d \\n', '  indented\\', '-n', '*', '$HOME `id`', 'größe 🙂', '', 'ami-action c0ffee12 1 end 0']
    const { stdout } = await run(`cat <<'END'\n${lines.join('\n')}\nEND\nexit 1`)
    expect(stdout).toBe(`ami-action lines ${lines.length}\n${lines.join('\n')}\n`)
    expect(marks().filter(mark => mark.kind === 'end')).toEqual([{ step: 1, kind: 'end', code: 1 }])
  })

  test('beyond 20,000 bytes is cut at its start; all lines are counted', async () => {
    const { stdout } = await run('for i in {1..3000}; do echo "line number $i"; done')
    const [count, ...rest] = stdout.split('\n')
    expect(count).toBe('ami-action lines 3000')
    expect(rest.join('\n')).toHaveLength(20_000)
    expect(stdout.endsWith('line number 2999\nline number 3000\n')).toBe(true)
  })

  test('that a daemon keeps open does not hold up the bake', async () => {
    const pidFile = path.join(machine.folder, 'pid')
    const begin = Date.now()
    const { code, stdout } = await run(`sleep 8 &\necho $! >${pidFile}\necho started`)
    const seconds = (Date.now() - begin) / 1000
    await machine.run(`kill $(cat ${pidFile})`)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'ami-action lines 1\nstarted\n' })
    expect(seconds).toBeLessThan(6)
  })
})

describe('environment', () => {
  test.each([
    ['quotes', `it's "quoted"`],
    ['new lines', 'one\ntwo\n'],
    ['expansions', '$HOME $(id) `id` $PATH \\$x !!'],
    ['nothing', ''],
    ['spaces and wildcards', '  a * b ? '],
    ['an option', '--help'],
    ['other alphabets', 'größe 🙂'],
    ['the end of our own here-document', "'\nAMI_ACTION_SCRIPT\n'"]
  ])('%s', async (_, value) => {
    const { code, stdout } = await run('printf %s "$VALUE" | base64 -w0', { env: { VALUE: value } })
    expect({ code, value: Buffer.from(stdout.split('\n')[1] ?? '', 'base64').toString() }).toEqual({ code: 0, value })
  })

  test('asks packages not to ask; the recipe may say otherwise', async () => {
    const say = 'echo "$DEBIAN_FRONTEND"'
    expect((await run(say)).stdout).toContain('noninteractive')
    expect((await run(say, { env: { DEBIAN_FRONTEND: 'teletype' } })).stdout).toContain('teletype')
  })

  test('a step has no input to wait for', async () => {
    expect((await run('cat; echo read')).stdout).toBe('ami-action lines 1\nread\n')
  })
})

test('a script of any size and content arrives as it is', async () => {
  const filler = Array.from({ length: 2000 }, (_, i) => `# line ${i} 'quoted' $HOME`).join('\n')
  const { stdout } = await run(`${filler}\nsha256sum <"$0" | cut -c1-64; echo AMI_ACTION_SCRIPT`)
  expect(stdout).toMatch(/^ami-action lines 2\n[0-9a-f]{64}\nAMI_ACTION_SCRIPT\n$/)
})

test('a machine without a console runs steps all the same', async () => {
  const script = machine.localize(stepScript(step('echo hello'), { nonce: NONCE, step: 1 }))
  const { code, stdout, stderr } = await machine.run(script.replaceAll(machine.console, '/no/console'))
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'ami-action lines 1\nhello\n', stderr: '' })
})

test('a second step finds nothing of the first one’s output', async () => {
  await run('echo first')
  expect((await run('echo second')).stdout).toBe('ami-action lines 1\nsecond\n')
  expect(existsSync(path.join(machine.folder, 'run/step-1.log'))).toBe(true)
})
