// `npm run bench:start`: from the start of the process to the first AWS request, for the committed bundle, beside an
// empty Node and beside what plain ncc makes of the same source; in turn, in one run. Exits with 1 over a goal.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROUNDS = 15
const GOAL_MS = 180
const GOAL_BYTES = 3 * 1024 * 1024
const MAIN = 'dist/main/index.js'
const NODE24 = '.cache/node24/node_modules/node/bin/node'
const RECIPE = `family: bench
strategy: partial
base: { id: ami-0123456789abcdef0 }
builder: { instance-profile: bench }
provision: { via: ssm, steps: [{ name: nothing, run: "true" }] }
`

const work = await mkdtemp(join(tmpdir(), 'bench-'))
await writeFile(join(work, 'recipe.yml'), RECIPE)
await writeFile(join(work, 'empty.mjs'), '')
let heard = () => {}
const server = createServer((_, response) => {
  heard()
  response.writeHead(400, { 'content-type': 'text/xml' })
  response.end('<Response><Errors><Error><Code>AuthFailure</Code><Message>bench</Message></Error></Errors></Response>')
})
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))

try {
  const rows = rowsFor(await buildPlain())
  for (let round = -1; round < ROUNDS; round++) {
    for (const row of rows) {
      const ms = await time(row)
      if (round >= 0) row.times.push(ms)
    }
  }
  await report(rows)
} finally {
  server.close()
  await rm(work, { recursive: true })
}

function rowsFor(plain) {
  const nodes = [[`Node ${process.version.slice(1)}`, process.execPath]]
  if (existsSync(NODE24)) nodes.push(['Node 24', NODE24])
  return nodes.flatMap(([name, node]) => [
    { name: `${name}, empty file, to its end`, node, file: join(work, 'empty.mjs'), until: 'end', times: [] },
    { name: `${name}, dist/main`, node, file: MAIN, until: 'request', times: [], isGoal: node === process.execPath },
    { name: `${name}, plain ncc`, node, file: plain, until: 'request', times: [] }
  ])
}

/** Milliseconds from the spawn to the first request, or to the end of the process. */
async function time({ node, file, until }) {
  const env = {
    PATH: process.env.PATH,
    GITHUB_WORKSPACE: work,
    GITHUB_OUTPUT: join(work, 'output'),
    INPUT_COMMAND: 'bake',
    INPUT_RECIPE: 'recipe.yml',
    'INPUT_AWS-REGION': 'us-east-1',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${server.address().port}`,
    AWS_ACCESS_KEY_ID: '111111111111',
    AWS_SECRET_ACCESS_KEY: 'bench'
  }
  await writeFile(env.GITHUB_OUTPUT, '')
  const start = performance.now()
  const request = new Promise(resolve => {
    heard = () => resolve(performance.now() - start)
  })
  const child = spawn(node, [file], { env, stdio: 'ignore' })
  const ended = new Promise(resolve => child.once('exit', () => resolve(performance.now() - start)))
  if (until === 'end') return ended
  const ms = await Promise.race([request, ended.then(() => Promise.reject(new Error(`${file} made no request`)))])
  child.kill('SIGKILL')
  await ended
  return ms
}

/** What `tsc` and `ncc build` make of src/main.ts, without esbuild's help. */
async function buildPlain() {
  const config = join(work, 'tsconfig.json')
  const compilerOptions = {
    noEmit: false,
    outDir: 'lib',
    rootDir: resolve('src'),
    typeRoots: [resolve('node_modules/@types')]
  }
  const files = [resolve('src/main.ts')]
  await writeFile(config, JSON.stringify({ extends: resolve('tsconfig.json'), compilerOptions, files, include: [] }))
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', config], { stdio: 'inherit' })
  await writeFile(join(work, 'package.json'), '{ "type": "module" }')
  await symlink(join(process.cwd(), 'node_modules'), join(work, 'node_modules'))
  await mkdir(join(work, 'plain'))
  const ncc = createRequire(import.meta.url).resolve('@vercel/ncc/dist/ncc/cli.js')
  execFileSync(process.execPath, [ncc, 'build', join(work, 'lib', 'main.js'), '-o', join(work, 'plain'), '-q'], {
    stdio: 'ignore'
  })
  return join(work, 'plain', 'index.js')
}

async function report(rows) {
  const round = ms => `${Math.round(ms)}`
  console.log(`${ROUNDS} rounds, in turn; milliseconds\n\n| what | median | min | max |\n| --- | ---: | ---: | ---: |`)
  for (const row of rows) {
    row.times.sort((a, b) => a - b)
    row.median = row.times[ROUNDS >> 1]
    console.log(`| ${row.name} | ${round(row.median)} | ${round(row.times[0])} | ${round(row.times.at(-1))} |`)
  }
  const { size } = await stat(MAIN)
  console.log(`\n${MAIN}: ${size.toLocaleString('en')} bytes`)
  const slow = rows.find(row => row.isGoal && row.median > GOAL_MS)
  if (slow) console.error(`Over the goal of ${GOAL_MS} ms: ${slow.name}`)
  if (size > GOAL_BYTES) console.error(`Over the goal of ${GOAL_BYTES.toLocaleString('en')} bytes`)
  if (slow || size > GOAL_BYTES) process.exitCode = 1
}
