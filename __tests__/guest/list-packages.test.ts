import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { readMarks } from '../../src/guest/console-marks.ts'
import { listPackagesScript } from '../../src/guest/list-packages.ts'
import { readPackageList } from '../../src/guest/package-list.ts'
import { GuestMachine } from './guest-machine.ts'

const NONCE = 'abc123'

/** Runs the script where `programs` are all that stands for rpm and dpkg. */
async function listWith(programs: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(path.join(tmpdir(), 'ami-action-programs-'))
  const machine = new GuestMachine()
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(path.join(folder, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 })
  }
  const { code, stdout } = await machine.run(listPackagesScript(NONCE), {
    PATH: `${folder}:${process.env.PATH}`
  })
  return { code, stdout, list: readPackageList(readMarks(stdout, NONCE)) }
}

const NOTHING = 'exit 0'
const noise = (count: number) => `seq ${count} | while read -r n; do echo "deb\t$n$(echo $n | sha256sum)"; done`

describe('the packages of a builder', () => {
  test('are those of rpm and dpkg, after the line of the system', async () => {
    const { code, list } = await listWith({ rpm: "printf 'rpm\\tbash\\t5.2-1\\tx86_64\\n'", 'dpkg-query': NOTHING })
    expect({ code, list }).toEqual({
      code: 0,
      list: { lines: [expect.stringMatching(/^os\t\w+\t/), 'rpm\tbash\t5.2-1\tx86_64'] }
    })
  })

  test('come in lines of a length that consoles carry', async () => {
    const { stdout, list } = await listWith({ rpm: NOTHING, 'dpkg-query': noise(300) })
    expect(Math.max(...stdout.split('\n').map(line => line.length))).toBeLessThan(600)
    expect('lines' in list && list.lines.length).toBe(301)
  })

  test('are not told where they take more room than there is', async () => {
    const { code, list } = await listWith({ rpm: NOTHING, 'dpkg-query': noise(900) })
    expect({ code, list }).toEqual({
      code: 0,
      list: { missing: expect.stringMatching(/^it takes \d+ characters, and there is room for 20000$/) }
    })
  })

  test('are none where neither program works, and that fails nothing', async () => {
    const { code, list } = await listWith({ rpm: 'exit 1', 'dpkg-query': 'exit 2' })
    expect({ code, list }).toEqual({ code: 0, list: { lines: [expect.stringMatching(/^os\t/)] } })
  })
})

const part = (number: number, parts: number, text: string) => ({
  kind: 'packages' as const,
  step: 0,
  part: number,
  parts,
  text
})
const packed = (text: string) => gzipSync(text).toString('base64')

describe('a list of packages', () => {
  const [text] = [packed('os\tamzn\t2023\nrpm\tbash\t5.2-1\tx86_64\n')]
  const [head, tail] = [text.slice(0, 20), text.slice(20)]
  const lines = ['os\tamzn\t2023', 'rpm\tbash\t5.2-1\tx86_64']
  test.each([
    { name: 'in one part', marks: [part(1, 1, text)], list: { lines } },
    { name: 'in two', marks: [part(1, 2, head), part(2, 2, tail)], list: { lines } },
    { name: 'said twice', marks: [part(1, 1, text), part(1, 1, text)], list: { lines } },
    {
      name: 'without its end',
      marks: [part(1, 2, head)],
      list: { missing: '1 of 2 parts of the list did not arrive' }
    },
    { name: 'never said', marks: [], list: { missing: 'the builder did not tell' } },
    { name: 'too long', marks: [part(0, 0, 'it takes too much')], list: { missing: 'it takes too much' } },
    {
      name: 'with a line of the kernel in it',
      marks: [part(1, 1, `${head}[  1.0] eth0: up${tail}`)],
      list: { missing: expect.stringMatching(/^the list could not be unpacked: /) }
    },
    {
      name: 'that unpacks to more than any list',
      marks: [part(1, 1, packed('x'.repeat(5 * 1024 * 1024)))],
      list: { missing: expect.stringMatching(/^the list could not be unpacked: /) }
    }
  ])('$name', ({ marks, list }) => {
    expect(readPackageList(marks)).toEqual(list)
  })
})
