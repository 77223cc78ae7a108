// Runs the action as GitHub does: its committed bundle, in a process of its own, with inputs and file commands.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const FILES = ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_STATE']

/**
 * Runs `dist/main/index.js` in a workspace against a sandbox; `onLine` gets every line of its log, `onStart` its process,
 * `more` is more of its environment; `withPost` runs the post step, too, as a job does. Result: how long it took, its
 * outputs and its summary. Errors: Error where it failed.
 */
export async function runAction(options) {
  const { url, account, workspace, inputs, onLine, onStart = () => undefined, more = {}, withPost = false } = options
  const folder = await mkdtemp(join(tmpdir(), 'action-'))
  try {
    const files = Object.fromEntries(FILES.map(name => [name, join(folder, name)]))
    for (const file of Object.values(files)) await writeFile(file, '')
    const env = {
      PATH: process.env.PATH,
      RUNNER_TEMP: folder,
      GITHUB_WORKSPACE: workspace,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: 'not-checked-by-the-sandbox',
      ...files,
      ...more,
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))
    }
    const start = performance.now()
    const code = await run('main', env, onLine, onStart)
    const seconds = (performance.now() - start) / 1000
    const read = name => readFile(files[name], 'utf8')
    if (withPost) await run('post', { ...env, ...stateOf(await read('GITHUB_STATE')) }, onLine, onStart)
    if (code !== 0) throw new Error(`The action ended with ${code}`)
    return { seconds, outputs: parseOutputs(await read('GITHUB_OUTPUT')), summary: await read('GITHUB_STEP_SUMMARY') }
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function run(bundle, env, onLine, onStart) {
  const child = spawn(process.execPath, [`dist/${bundle}/index.js`], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  onStart(child)
  createInterface({ input: child.stdout }).on('line', onLine)
  const [code] = await once(child, 'close')
  return code
}

/** What the main step saved, as the runner gives it to the post step. */
const stateOf = text =>
  Object.fromEntries(Object.entries(parseOutputs(text)).map(([name, value]) => [`STATE_${name}`, value]))

/** `NAME<<DELIMITER`, the value's lines, `DELIMITER`. */
function parseOutputs(text) {
  const found = text.matchAll(/^(.+?)<<(.+)\n([\s\S]*?)\n\2$/gm)
  return Object.fromEntries([...found].map(([, name, , value]) => [name, value]))
}
