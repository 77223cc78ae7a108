import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { build } from 'esbuild'
import { describeReal } from './real-guests.ts'

const OWNER = `import { openGuests } from './src/sandbox/guests/open.ts'
const state = process.argv[2]
const guests = await openGuests({ kind: 'real', bases: {}, allowSelfHosted: true, ...(state && { stateFolder: state }) })
await guests.createVolume('vol-1', ['base:host'])
const guest = await guests.boot({
  id: 'i-1', volumes: [{ volumeId: 'vol-1', device: '/dev/xvda', root: true }], first: true, metadata: {}, agent: true,
  onConsole() {}, onEnd() {}
})
await guest.run({ script: 'setsid sleep 86411 &', shell: 'bash', timeoutSeconds: 5 })
process.once('SIGTERM', () => void guests.close())
console.log('booted')
`

/** The processes and the mounts of the host which tell of a guest. */
async function traces(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const commands = await Promise.all(pids.map(pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n')
  return [
    ...commands.filter(command => command.includes('86411')),
    ...mounts.filter(line => /^(guest|layers) /.test(line))
  ]
}

describeReal('when the sandbox ends', () => {
  let folder = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guests-'))
    const stdin = { contents: OWNER, resolveDir: process.cwd(), loader: 'ts' as const }
    const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" }
    const outfile = join(folder, 'owner.mjs')
    await build({ stdin, bundle: true, platform: 'node', format: 'esm', banner, outfile, logLevel: 'silent' })
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function boot(state: string): Promise<ChildProcess> {
    const owner = spawn(process.execPath, [join(folder, 'owner.mjs'), state], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(owner.stdout, 'data')
    return owner
  }

  test.each([
    ['SIGTERM', false],
    ['SIGKILL', false],
    ['SIGTERM', true],
    ['SIGKILL', true]
  ] as const)('by %s, no process and no mount is left (state folder: %s)', async (signal, withState) => {
    const state = withState ? join(folder, 'state') : ''
    const owner = await boot(state)
    expect(await traces()).toHaveLength(1)
    const closed = once(owner, 'close')
    owner.kill(signal)
    await closed
    await until(async () => (await traces()).length === 0)
    if (withState) expect(await readdir(state)).toEqual(['layers.ext4'])
  })
})

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`still there: ${await traces()}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
