// esbuild leaves out what is not used, then ncc makes the bundle. Plain ncc takes twice as long to start (bench/start.mjs).
import { execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'

const NCC = createRequire(import.meta.url).resolve('@vercel/ncc/dist/ncc/cli.js')

/** esbuild keeps every schema that has a computed key, `{ [_xN]: … }`; with the key spelt out, unused ones fall away. */
const spellOutSchemaKeys = {
  name: 'spell-out-schema-keys',
  setup: ({ onLoad }) =>
    onLoad({ filter: /@aws-sdk.*[\\/]schemas_\d+\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      const keys = new Map([...text.matchAll(/^const (_\w+) = ("[^"]*");$/gm)].map(([, id, key]) => [id, key]))
      const contents = text.replace(/\[(_\w+)\]: /g, (all, id) => (keys.has(id) ? `${keys.get(id)}: ` : all))
      return { contents, loader: 'js' }
    })
}

/** What the CycloneDX library has only for XML and for validation, where it is installed. */
const OPTIONAL = ['xmlbuilder2', 'libxmljs2', 'ajv', 'ajv-formats', 'ajv-formats-draft2019', 'spdx-expression-parse']

/** Bundles `entry` into the folder `target`: index.js, package.json, licenses.txt. Result: the size of index.js in bytes. */
export async function bundle(entry, target) {
  await mkdir('.cache', { recursive: true })
  const work = await mkdtemp('.cache/build-') // inside the project: ncc looks up whether it is `"type": "module"`
  try {
    const { metafile } = await build({
      entryPoints: [entry],
      outfile: join(work, 'index.js'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      mainFields: ['module', 'main'],
      conditions: ['module'],
      legalComments: 'none',
      metafile: true,
      logLevel: 'warning',
      external: OPTIONAL,
      plugins: [spellOutSchemaKeys],
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" }
    })
    // ncc writes the path from its working folder into the bundle: it must not have the random name in it.
    execFileSync(process.execPath, [NCC, 'build', 'index.js', '-o', 'out', '-q'], { cwd: work, stdio: 'inherit' })
    await writeFile(join(work, 'out', 'licenses.txt'), await licensesOf(metafile))
    await rm(target, { recursive: true, force: true })
    await cp(join(work, 'out'), target, { recursive: true })
    return (await stat(join(target, 'index.js'))).size
  } finally {
    await rm(work, { recursive: true })
  }
}

async function licensesOf({ inputs }) {
  const folders = new Set(Object.keys(inputs).flatMap(file => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []))
  const texts = await Promise.all([...folders].sort().map(licenseOf))
  return texts.join('\n')
}

async function licenseOf(folder) {
  const { name, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  for (const file of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE']) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => undefined)
    if (text) return `${name}\n${text}`
  }
  return `${name}\n${license}\n`
}
