// `npm run walk`: what a newcomer does. Takes the commands out of the README's "Try it", and runs them in a clean clone with
// a clean home, one after the other. Exits with 1 at the first that fails.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { marked } from 'marked'

const LIMIT_MS = 300_000
const commands = commandsOf(readFileSync('README.md', 'utf8'), 'Try it')
if (commands.length === 0) throw new Error('Expected commands under "Try it" in README.md, found none')

const folder = mkdtempSync(join(tmpdir(), 'walk-'))
try {
  execFileSync('git', ['clone', '--quiet', '.', join(folder, 'clone')])
  for (const command of commands) {
    const start = performance.now()
    const env = { PATH: process.env.PATH, HOME: folder }
    const options = { cwd: join(folder, 'clone'), env, stdio: 'inherit', timeout: LIMIT_MS }
    console.log(`\n$ ${command}`)
    const { status } = spawnSync('bash', ['-c', command], options)
    console.log(`$ ${command}: ${status === 0 ? 'fine' : `ended with ${status}`}, ${seconds(start)} s`)
    if (status !== 0) process.exitCode = 1
    if (status !== 0) break
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function seconds(start) {
  return Math.round((performance.now() - start) / 1000)
}

/** The lines of the code blocks of a section. */
function commandsOf(markdown, title) {
  const tokens = marked.lexer(markdown)
  const begin = tokens.findIndex(({ type, text }) => type === 'heading' && text === title)
  const length = tokens.slice(begin + 1).findIndex(({ type, depth }) => type === 'heading' && depth <= 2)
  const blocks = tokens.slice(begin + 1, begin + 1 + length).filter(({ type }) => type === 'code')
  return blocks.flatMap(({ text }) => text.split('\n')).filter(line => line.trim() !== '')
}
