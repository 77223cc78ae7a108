import { expect, test } from '@jest/globals'
import { stepScript } from '../../../src/guest/windows/step-script.ts'

const step = { name: 'a', timeoutSeconds: 60, place: { file: 'recipe.yml', line: 1, column: 1 } } as const
const HEAD = "$ErrorActionPreference = 'Stop'\n$ProgressPreference = 'SilentlyContinue'\n"

test('a script fails at the first error, or with the exit code of its last program', () => {
  const script = stepScript({ ...step, kind: 'run', shell: 'powershell', script: 'choco install x\n', env: {} })
  expect(script).toBe(`${HEAD}choco install x\nexit $LASTEXITCODE\n`)
})

test('no value of the environment leaves its quotes, typographic ones neither', () => {
  const env = { A: "it's", B: '’; exit' }
  const script = stepScript({ ...step, kind: 'run', shell: 'powershell', script: 'x', env })
  expect(script).toContain("$env:A = 'it''s'\n$env:B = '’’; exit'\n")
})

test('files are written byte by byte, into folders that are made for them', () => {
  const files = [{ content: Buffer.from([0, 255]), source: 'a', target: 'C:\\x y\\a.bin' }]
  expect(
    stepScript({ ...step, kind: 'files', files })
  ).toBe(`${HEAD}New-Item -ItemType Directory -Force -Path 'C:\\x y' | Out-Null
[IO.File]::WriteAllBytes('C:\\x y\\a.bin', [Convert]::FromBase64String('AP8='))
Write-Output 'a → C:\\x y\\a.bin (2 bytes)'
`)
})
