// `npm run walk`: does what a newcomer does. Takes the commands of "Try it" out of README.md and runs them in a fresh clone of
// what is committed, with an empty home folder; says which one fails.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const HEADING = '## Try it'
/** A command that takes longer is not something to try. */
const LIMIT_MS = 300_000

const folder = mkdtempSync(join(tmpdir(), 'walk-'))
try {
  walk(join(folder, 'clone'), join(folder, 'home'))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function walk(clone, home) {
  execFileSync('git', ['clone', '--quiet', process.cwd(), clone])
  mkdirSync(home)
  const options = { cwd: clone, env: newcomerEnvironment(home), encoding: 'utf8', timeout: LIMIT_MS }
  for (const command of readCommands(join(clone, 'README.md'))) run(command, options)
  const left = execFileSync('git', ['status', '--porcelain'], { cwd: clone, encoding: 'utf8' })
  if (left !== '') throw new Error(`Expected the clone to be as it was, found\n${left}`)
}

/** The lines of the code blocks below the heading. */
function readCommands(file) {
  const [, section = ''] = readFileSync(file, 'utf8').split(`\n${HEADING}\n`)
  const [text] = section.split(/^## /m)
  const commands = [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].flatMap(([, block]) => block.trim().split('\n'))
  if (commands.length === 0) throw new Error(`Expected commands below ${HEADING} in README.md, found none`)
  return commands
}

/** What this shell has set for npm, git and folders of its own is not there for a newcomer. */
function newcomerEnvironment(home) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|GIT_|XDG_|INIT_CWD$|NODE_ENV$)/i.test(name))
  return { ...Object.fromEntries(kept), HOME: home }
}

function run(command, options) {
  const start = performance.now()
  const { status, signal, stdout, stderr } = spawnSync('bash', ['-c', command], options)
  if (status !== 0) throw new Error(`${command} ended with ${status ?? signal}\n${stdout}${stderr}`)
  console.log(`✔ ${command} (${Math.round((performance.now() - start) / 1000)} s)`)
}
