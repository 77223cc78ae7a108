// Runs the e2e tests with the Node that action.yml declares: the npm package node@24, kept in .cache/.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const VERSION = '24.21.0'
const folder = join(process.cwd(), '.cache', 'node24')
const node = join(folder, 'node_modules', 'node', 'bin', 'node')

if (!existsSync(node)) install()
const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
console.log(`The bundles run under Node ${version}, the tests under ${process.version}`)
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const { status } = spawnSync(npm, ['run', '--silent', 'test:e2e'], {
  stdio: 'inherit',
  env: { ...process.env, AMI_ACTION_NODE: node }
})
process.exitCode = status ?? 1

/** In a folder with a package.json and .npmrc of its own: the project's forbids install scripts, which this package needs. */
function install() {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts=false', '--allow-scripts=node']
  execFileSync('npm', ['install', ...options, `node@${VERSION}`], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit']
  })
}
