import { randomBytes } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { toScriptStep } from '../../src/guest/files-script.ts'
import type { FilesStep } from '../../src/recipe/recipe.ts'
import { GuestMachine } from './guest-machine.ts'

let machine: GuestMachine
beforeEach(() => {
  machine = new GuestMachine()
})
afterEach(() => machine.remove())

const filesStep = (files: FilesStep['files']): FilesStep => ({
  kind: 'files',
  name: 'files',
  timeoutSeconds: 60,
  place: { file: 'web.yml', line: 1, column: 1 },
  files
})

test('files arrive byte by byte, their folders are made, everybody may read them', async () => {
  const content = randomBytes(60_000)
  const target = path.join(machine.folder, "a/b c/it's $HOME.bin")
  const step = toScriptStep(filesStep([{ content, source: 'conf/a.bin', target }]))
  const { code, stdout } = await machine.run(step.script)
  expect(code).toBe(0)
  expect(readFileSync(target).equals(content)).toBe(true)
  expect(statSync(target).mode & 0o777).toBe(0o644)
  expect(stdout).toBe(`conf/a.bin → ${target} (60000 bytes)\n`)
})

test('an empty file is a file', async () => {
  const target = path.join(machine.folder, 'empty')
  const step = toScriptStep(filesStep([{ content: Buffer.alloc(0), source: 'empty', target }]))
  expect((await machine.run(step.script)).code).toBe(0)
  expect(readFileSync(target)).toHaveLength(0)
})

test('a script stays what it is', () => {
  const step = { ...filesStep([]), kind: 'run', script: 'echo', shell: 'bash', env: {} } as const
  expect(toScriptStep(step)).toBe(step)
})
