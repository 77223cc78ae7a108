// One run of one tool for one row, on an embedded EC2 of its own.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox } from '../scripts/start-sandbox.mjs'
import { cancel } from './cancel.mjs'
import { findCriticalSeconds } from './critical-path.mjs'
import { watchMemory } from './memory.mjs'
import { callsOfTool, observe } from './observer.mjs'
import { HOME } from './rows.mjs'
import { tallyCalls } from './tally-calls.mjs'

const ACCOUNT = '111122223333'

/** Result: seconds, the calls, what is left and the MiB of memory that the tool took at most. */
export async function measure(tool, row, scale) {
  const sandbox = await startSandbox(['--latency', scale === 1 ? 'aws' : String(scale)])
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  try {
    const observer = await observe(sandbox.url, ACCOUNT)
    if (row.key) await Promise.all([HOME, ...row.regions].map(region => observer.makeKey(region, row.key)))
    return await MEASURES[row.when]({ tool, row, scale, folder, url: sandbox.url, account: ACCOUNT, observer })
  } finally {
    await rm(folder, { recursive: true, force: true })
    await sandbox.stop()
  }
}

const MEASURES = { first: measureFirst, second: measureSecond, cancelled: measureCancelled }

async function measureFirst(context) {
  const { row, url, account, observer } = context
  const ended = new AbortController()
  const stopping = observer.waitForStop(ended.signal)
  const found = await watch(context, 1).finally(() => ended.abort())
  const calls = await callsOfTool(url, account)
  const done = await observer.listDone([HOME, ...row.regions])
  const critical = findCriticalSeconds(calls, done, await stopping)
  return { ...found, critical, ...tallyCalls(calls), leftovers: await observer.listLeftovers(1) }
}

async function measureSecond(context) {
  const { tool, url, account, observer } = context
  await tool.run({ ...context, attempt: 1, onStart: () => undefined })
  const before = (await callsOfTool(url, account)).length
  const found = await watch(context, 2)
  const calls = (await callsOfTool(url, account)).slice(before)
  return { ...found, ...tallyCalls(calls), leftovers: await observer.listLeftovers(tool.isOurs ? 1 : 2) }
}

async function measureCancelled(context) {
  const { url, account, scale, observer } = context
  const memory = watchMemory()
  const seconds = await cancel(context, { onStart: memory.add, delaySeconds: 45 * scale })
  const calls = await callsOfTool(url, account)
  return { seconds, mib: memory.stop(), ...tallyCalls(calls), leftovers: await observer.listLeftovers(0) }
}

async function watch(context, attempt) {
  const memory = watchMemory()
  const start = performance.now()
  try {
    await context.tool.run({ ...context, attempt, onStart: memory.add })
  } finally {
    memory.stop()
  }
  return { seconds: (performance.now() - start) / 1000, mib: memory.stop() }
}
