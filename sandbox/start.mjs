// Starts the embedded EC2, which outlives this step, and tells the job's later steps where it is.
import { spawn } from 'node:child_process'
import { appendFileSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const BUNDLE = fileURLToPath(new URL('../dist/sandbox/index.js', import.meta.url))
const DEADLINE_SECONDS = 300 // a base image of some gigabytes is unpacked first

const { env } = process
const input = name => (env[`INPUT_${name.toUpperCase()}`] ?? '').trim()
const tell = (file, values) =>
  appendFileSync(
    file,
    Object.entries(values)
      .map(([name, value]) => `${name}=${value}\n`)
      .join('')
  )

function readFlags() {
  const bases = input('base')
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean)
  return [
    ...['latency', 'guests'].flatMap(name => (input(name) ? [`--${name}`, input(name)] : [])),
    ...bases.flatMap(base => ['--base', base]),
    ...(input('allow-self-hosted') === 'true' ? ['--allow-self-hosted'] : [])
  ]
}

/** The first line of the log that names the endpoint. Errors: an Error with the log where it does not come. */
async function waitForEndpoint(child, logFile) {
  for (const end = Date.now() + DEADLINE_SECONDS * 1000; Date.now() < end; await sleep(50)) {
    const endpoint = /^AWS_ENDPOINT_URL=(http\S+)$/m.exec(readFileSync(logFile, 'utf8'))?.[1]
    if (endpoint) return endpoint
    if (child.exitCode !== null || child.signalCode !== null) break
  }
  child.kill('SIGTERM')
  throw new Error(`the sandbox did not start: ${readFileSync(logFile, 'utf8').trim() || 'it said nothing'}`)
}

async function start() {
  const account = input('account')
  if (!/^\d{12}$/.test(account)) throw new Error(`Input account: expected twelve digits, found '${account}'`)
  const logFile = join(env.RUNNER_TEMP, `sandbox-${process.pid}.log`)
  const log = openSync(logFile, 'a')
  const child = spawn(process.execPath, [BUNDLE, ...readFlags()], { detached: true, stdio: ['ignore', log, log] })
  tell(env.GITHUB_STATE, { pid: child.pid, 'log-file': logFile })
  const endpoint = await waitForEndpoint(child, logFile)
  child.unref()
  tell(env.GITHUB_ENV, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: 'not-checked-by-the-sandbox',
    AWS_REGION: input('aws-region'),
    AWS_DEFAULT_REGION: input('aws-region') // what the AWS CLI's first version reads
  })
  tell(env.GITHUB_OUTPUT, { endpoint, 'log-file': logFile })
  process.stdout.write(`${readFileSync(logFile, 'utf8').trim()}\n`)
}

await start().catch(error => {
  process.stdout.write(`::error::${error.message.replaceAll('%', '%25').replaceAll('\n', '%0A')}\n`)
  process.exitCode = 1
})
