// Makes the committed bundles: `npm run build` writes dist/, `npm run build -- --check` compares it with the source.
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from './bundle.mjs'

const ENTRIES = { main: 'src/main.ts', post: 'src/post.ts', sandbox: 'src/sandbox/main.ts' }

const missing = Object.values(ENTRIES).filter(entry => !existsSync(entry))
if (missing.length > 0) fail(`No source: ${missing.join(', ')}.`)
if (process.argv.includes('--check')) await check()
else await build('dist')

async function build(folder) {
  for (const [name, entry] of Object.entries(ENTRIES).filter(([, entry]) => existsSync(entry))) {
    const bytes = await bundle(entry, join(folder, name))
    console.log(`${join('dist', name)}: ${bytes.toLocaleString('en')} bytes`)
  }
}

async function check() {
  const folder = await mkdtemp(join(tmpdir(), 'dist-'))
  try {
    await build(folder)
    const stale = await differences('dist', folder)
    if (stale.length > 0) {
      fail(`dist/ is not what the source builds: ${stale.join(', ')}. Run \`npm run build\` and commit dist/.`)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The files that are in one folder only, or not the same byte by byte. */
async function differences(committed, built) {
  const names = new Set([...(await namesIn(committed)), ...(await namesIn(built))])
  const stale = []
  for (const name of [...names].sort()) {
    const [a, b] = await Promise.all([committed, built].map(folder => readFileIn(folder, name)))
    if (a === undefined ? b !== undefined : !(b && a.equals(b))) stale.push(join('dist', name))
  }
  return stale
}

function namesIn(folder) {
  return readdir(folder, { recursive: true }).catch(() => [])
}

/** Undefined where there is no such file, or a folder of this name. */
function readFileIn(folder, name) {
  return readFile(join(folder, name)).catch(() => undefined)
}

function fail(message) {
  console.error(message)
  process.exitCode = 1
}
