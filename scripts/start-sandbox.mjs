// The embedded EC2 as a process of its own, for what is run by hand: the demo and the benchmarks.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Starts `dist/sandbox/index.js`. Result: its endpoint, its process, and how to end it. */
export async function startSandbox(flags, options = {}) {
  const child = spawn(process.execPath, ['dist/sandbox/index.js', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options
  })
  const ended = once(child, 'exit')
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(([code]) => Promise.reject(new Error(`The sandbox ended with ${code}`)))
  ])
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  return { url: line.replace('AWS_ENDPOINT_URL=', ''), child, stop }
}

/** The calls that an account has made, after the one with the number `after`. */
export async function listCalls(url, account, after = 0) {
  const answer = await fetch(`${url}/_sandbox/requests?after=${after}`)
  const calls = await answer.json()
  return calls.filter(call => call.account === account)
}
