import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { checkCommandSize, toCommands } from '../../src/guest/command-document.ts'
import { GuestMachine } from './guest-machine.ts'

let machine: GuestMachine
beforeEach(() => {
  machine = new GuestMachine()
})
afterEach(() => machine.remove())

/** Says its last line; what comes before can't be compressed. */
const script = (bytes: number) => `: <<'END'\n${randomBytes(bytes).toString('base64')}\nEND\necho arrived\n`

/** Runs commands as the agent does: by sh, one after the other. */
async function runAll(commands: readonly (readonly string[])[]) {
  let last = await machine.run('true')
  for (const lines of commands) last = await machine.run(lines.join('\n'))
  return last
}

test('a script that fits is one command', async () => {
  const commands = toCommands(script(1_000))
  expect(commands).toHaveLength(1)
  expect(await runAll(commands)).toMatchObject({ code: 0, stdout: 'arrived\n' })
})

test('a larger one is sent in parts, none of them larger than a document', async () => {
  const commands = toCommands(script(200_000))
  expect(commands.length).toBeGreaterThan(3)
  expect(Math.max(...commands.map(lines => lines.join('\n').length))).toBeLessThan(60_000)
  expect(await runAll(commands)).toMatchObject({ code: 0, stdout: 'arrived\n' })
})

test('a part that arrives twice does no harm', async () => {
  const commands = toCommands(script(200_000))
  expect(await runAll([...commands.slice(0, 1), ...commands])).toMatchObject({ code: 0, stdout: 'arrived\n' })
})

test('where a part is missing, nothing runs', async () => {
  const { code, stdout, stderr } = await runAll(toCommands(script(200_000)).slice(1))
  expect(code).not.toBe(0)
  expect(stdout).toBe('')
  expect(stderr).toContain('the script did not arrive as a whole')
})

test('what is too large even for many commands is refused', () => {
  expect(() => checkCommandSize(script(6_000_000), "step 'a'")).toThrow(
    /Expected step 'a' to fit into Run Command \(5000000 bytes, compressed\), found/
  )
})
