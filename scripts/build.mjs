// Makes the committed bundles: `npm run build` writes dist/, `npm run build -- --check` compares it with the source.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from './bundle.mjs'

const ENTRIES = { main: 'src/main.ts', post: 'src/post.ts', sandbox: 'src/sandbox/main.ts' }

const isCheck = process.argv.includes('--check')
const folder = isCheck ? await mkdtemp(join(tmpdir(), 'dist-')) : 'dist'
const stale = []
for (const [name, entry] of Object.entries(ENTRIES)) {
  const target = join(folder, name)
  const bytes = await bundle(entry, target)
  console.log(`${join('dist', name)}: ${bytes.toLocaleString('en')} bytes`)
  if (isCheck) stale.push(...(await differences(join('dist', name), target)))
}
if (isCheck) await rm(folder, { recursive: true })
if (stale.length > 0) {
  console.error(`dist/ is not what the source builds: ${stale.join(', ')}. Run \`npm run build\` and commit dist/.`)
  process.exitCode = 1
}

async function differences(committed, built) {
  const files = ['index.js', 'package.json', 'licenses.txt']
  const same = await Promise.all(
    files.map(async file => {
      const [a, b] = await Promise.all([committed, built].map(dir => readFile(join(dir, file)).catch(() => undefined)))
      return a === b || (a !== undefined && b !== undefined && a.equals(b))
    })
  )
  return files.filter((_, i) => !same[i]).map(file => join(committed, file))
}
