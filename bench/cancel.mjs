// Cancels a tool as GitHub cancels a job: SIGINT to the step's process, SIGTERM after 7.5 s, and 2.5 s later the end of all.
import { readFileSync } from 'node:fs'
import { callsOfTool } from './observer.mjs'

const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

/**
 * Starts the tool and cancels it so many seconds after its launch of a builder. Result: the seconds from SIGINT to the end
 * of that builder; undefined where it was left running.
 */
export async function cancel(context, { onStart, delaySeconds }) {
  const { tool, url, account } = context
  const children = []
  const starting = child => {
    children.push(child)
    onStart(child)
  }
  const ended = tool.run({ ...context, attempt: 1, onStart: starting }).catch(() => undefined)
  await launched(url, account)
  await pause(delaySeconds * 1000)
  const cancelledAt = Date.now()
  await Promise.all([stopStep(children[0]), ended])
  const ends = await find(url, account, 'TerminateInstances')
  return ends ? (Date.parse(ends.time) - cancelledAt) / 1000 : undefined
}

const find = async (url, account, name) =>
  (await callsOfTool(url, account)).find(({ operation, outcome }) => operation === name && outcome === 'ok')

async function launched(url, account) {
  while (!(await find(url, account, 'RunInstances'))) await pause(500)
}

async function stopStep(child) {
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  child.kill('SIGINT')
  await pause(7500)
  if (!hasEnded()) child.kill('SIGTERM')
  await pause(2500)
  if (!hasEnded()) for (const pid of treeOf(child.pid)) end(pid)
}

function treeOf(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return [pid, ...(children ? children.split(' ') : []).flatMap(treeOf)]
}

function end(pid) {
  try {
    process.kill(Number(pid), 'SIGKILL')
  } catch {
    // it has ended meanwhile
  }
}
