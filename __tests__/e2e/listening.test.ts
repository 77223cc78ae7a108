import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { NODE } from './support/node.ts'
import { Sandbox } from './support/sandbox.ts'

/** The local addresses that the kernel shows for a listening port, in its own notation: 0100007F is 127.0.0.1. */
async function addressesOf(port: number): Promise<string[]> {
  const tables = await Promise.all(['tcp', 'tcp6'].map(name => readFile(`/proc/net/${name}`, 'utf8')))
  const locals = tables.flatMap(table => table.split('\n')).map(line => line.trim().split(/\s+/)[1] ?? '')
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return locals.filter(local => local.endsWith(`:${hex}`)).map(local => local.replace(/:.*/, ''))
}

const onLinux = process.platform === 'linux' ? test : test.skip

onLinux('without --host it listens on 127.0.0.1 and nowhere else', async () => {
  await using sandbox = await Sandbox.start('--guests', 'scripted')
  expect(new Set(await addressesOf(Number(new URL(sandbox.url).port)))).toEqual(new Set(['0100007F']))
})

/** An address of the documentation's network: no machine has it, so nothing is opened here. */
const ELSEWHERE = '203.0.113.9'

test('another address takes --host, and is warned about', async () => {
  const sandbox = spawn(NODE, ['dist/sandbox/index.js', '--guests', 'scripted', '--host', ELSEWHERE])
  let said = ''
  sandbox.stderr.on('data', chunk => {
    said += chunk
  })
  const [code] = await once(sandbox, 'close')
  expect(code).toBe(1)
  expect(said).toContain('whoever reaches this address runs scripts as root in its guests')
  expect(said).toContain(`EADDRNOTAVAIL: address not available ${ELSEWHERE}`)
})
