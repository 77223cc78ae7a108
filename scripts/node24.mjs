// Runs the e2e tests, and in them the bundles with the Node that action.yml declares: the npm package node, kept in .cache/.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const VERSION = '24.21.0'
const folder = join(process.cwd(), '.cache', 'node24')
const node = join(folder, 'node_modules', 'node', 'bin', 'node')

if (versionOf(node) || install()) runTests()
else giveUp()

/** Undefined where there is no such program, or one of another version. */
function versionOf(program) {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return status === 0 && stdout.trim() === `v${VERSION}` ? VERSION : undefined
}

/** In a folder with a package.json of its own: the project's .npmrc forbids install scripts, which this package needs. */
function install() {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts=false', '--allow-scripts=node']
  spawnSync('npm', ['install', ...options, `node@${VERSION}`], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  return versionOf(node)
}

function runTests() {
  console.log(`The bundles run under Node ${VERSION}, the tests under ${process.version}`)
  const env = { ...process.env, AMI_ACTION_NODE: node }
  process.exitCode = spawnSync('npm', ['run', '--silent', 'test:e2e'], { stdio: 'inherit', env }).status ?? 1
}

/** Root on Linux is where nothing may be skipped. */
function giveUp() {
  const isRoot = process.platform === 'linux' && process.getuid() === 0
  const reason = `The npm package node@${VERSION} could not be installed into ${folder} (see npm's message above)`
  console.error(`${reason}: the bundles were not tried under it.`)
  console.log(isRoot ? 'Tests: 0 passed, 1 failed, 0 skipped' : 'Tests: 0 passed, 0 failed, 1 skipped')
  if (isRoot) process.exitCode = 1
}
