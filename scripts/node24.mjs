// Runs e2e tests, and in them the bundles with the Node that action.yml declares: from npm, kept in .cache/. Those where a
// Node matters (processes, signals, files, the network), or the ones that are named: npm run test:node24 -- PATTERN.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { arch, platform } from 'node:process'

const VERSION = '24.21.0'
const TESTS = ['bake', 'cancel', 'demo', 'listening', 'oidc', 'reuse', 'state'].map(
  name => `__tests__/e2e/${name}.test.ts`
)
const folder = join(process.cwd(), '.cache', 'node24')
const node = join(folder, 'node_modules', 'node', 'bin', 'node')

if (versionOf(node) || install()) runTests()
else giveUp()

/** Undefined where there is no such program, or one of another version. */
function versionOf(program) {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return status === 0 && stdout.trim() === `v${VERSION}` ? VERSION : undefined
}

/** The package `node` only fetches that of the platform, by an install script; asked for by name, it needs none. */
function install() {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'
  const name = `node@npm:${prefix}-${platform}-${arch}@${VERSION}`
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  spawnSync('npm', ['install', ...options, name], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  return versionOf(node)
}

function runTests() {
  console.log(`The bundles run under Node ${VERSION}, the tests under ${process.version}`)
  const env = { ...process.env, AMI_ACTION_NODE: node }
  const named = process.argv.slice(2)
  const patterns = named.length > 0 ? named : TESTS
  process.exitCode = spawnSync('npm', ['test', '--silent', '--', ...patterns], { stdio: 'inherit', env }).status ?? 1
}

/** Root on Linux is where nothing may be skipped. */
function giveUp() {
  const isRoot = platform === 'linux' && process.getuid() === 0
  const reason = `Node ${VERSION} could not be installed from npm into ${folder} (see npm's message above)`
  console.error(`${reason}: the bundles were not tried under it.`)
  console.log(isRoot ? 'Tests: 0 passed, 1 failed, 0 skipped' : 'Tests: 0 passed, 0 failed, 1 skipped')
  if (isRoot) process.exitCode = 1
}
