import { gunzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { examiningUserData } from '../../src/guest/examining-user-data.ts'
import type { ScriptStep } from '../../src/recipe/recipe.ts'

const place = { file: 'recipe.yml', line: 1, column: 1 }
const step = (script: string): ScriptStep => ({
  kind: 'run',
  name: 'check',
  script,
  shell: 'bash',
  env: {},
  timeoutSeconds: 60,
  place
})

const read = (userData: string): string => gunzipSync(Buffer.from(userData, 'base64')).toString()

test('the launch user data is a part of its own, before the script that tells how the boot went', () => {
  const launchUserData = '#cloud-config\npackages: [nginx]\n'
  const text = read(examiningUserData({ nonce: 'n', deadlineSeconds: 60, launchUserData, tests: [] }))
  const types = [...text.matchAll(/^Content-Type: ([^;]+);/gm)].map(([, type]) => type)
  expect(types).toEqual(['multipart/mixed', 'text/plain', 'text/x-shellscript'])
  expect(text).toContain(Buffer.from(launchUserData).toString('base64'))
})

test('what does not fit into user data is refused', () => {
  const noise = Array.from({ length: 30_000 }, () => String.fromCharCode(97 + Math.random() * 26)).join('')
  expect(() => examiningUserData({ nonce: 'n', deadlineSeconds: 60, tests: [step(`echo ${noise}`)] })).toThrow(
    /Expected launch user data and tests that fit into user data together \(16384 bytes compressed\), found \d+ bytes/
  )
})
