// A job on a runner whose step runs the bundles as GitHub starts them: main, then post with the state that main saved.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SECRETS } from './secrets.mjs'

const LIMIT_MS = 90_000
const FILES = ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_STATE']

export class Job {
  #folder = mkdtempSync(join(tmpdir(), 'chaos-'))
  #env

  constructor(place, { account, recipe, inputs }, attempt) {
    const workspace = join(this.#folder, 'workspace')
    mkdirSync(workspace)
    if (recipe) writeFileSync(join(workspace, 'recipe.yml'), recipe)
    const all = { recipe: recipe ? 'recipe.yml' : '', 'aws-region': 'us-east-1', ...inputs }
    this.#env = {
      PATH: process.env.PATH,
      RUNNER_TEMP: this.#folder,
      GITHUB_WORKSPACE: workspace,
      GITHUB_RUN_ID: '4711',
      GITHUB_RUN_ATTEMPT: String(attempt),
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_ENDPOINT_URL: place.url,
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: SECRETS.accessKey,
      ...Object.fromEntries(Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))
    }
  }

  main(onStart) {
    return this.#run('main', {}, onStart)
  }

  post() {
    const state = parseCommands(readFileSync(join(this.#folder, 'GITHUB_STATE'), 'utf8'))
    return this.#run('post', Object.fromEntries(Object.entries(state).map(([key, value]) => [`STATE_${key}`, value])))
  }

  end() {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #run(bundle, state, onStart = () => undefined) {
    const files = Object.fromEntries(FILES.map(name => [name, join(this.#folder, name)]))
    for (const path of Object.values(files)) writeFileSync(path, '')
    const env = { ...this.#env, ...files, ...state }
    const child = spawn(process.execPath, [`dist/${bundle}/index.js`], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let log = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (log += chunk))
    let isHanging = false
    const limit = setTimeout(() => (isHanging = child.kill('SIGKILL')), LIMIT_MS)
    const watching = onStart(child)
    const [code, signal] = await once(child, 'close')
    clearTimeout(limit)
    await watching
    const texts = Object.fromEntries(FILES.map(name => [name, readFileSync(files[name], 'utf8')]))
    return { bundle, code, signal, isHanging, log, texts }
  }
}

/** `NAME<<DELIMITER`, the value's lines, `DELIMITER`. */
function parseCommands(text) {
  const found = text.matchAll(/^(.+?)<<(.+)\n([\s\S]*?)\n\2$/gm)
  return Object.fromEntries([...found].map(([, name, , value]) => [name, value]))
}
