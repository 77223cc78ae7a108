// Ends the embedded EC2 after the job, with its guests, and shows what it said.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const DEADLINE_SECONDS = 30

const pid = Number(process.env.STATE_pid)
const logFile = process.env['STATE_log-file']

function isRunning() {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function stop() {
  if (isRunning()) process.kill(pid, 'SIGTERM')
  for (const end = Date.now() + DEADLINE_SECONDS * 1000; isRunning() && Date.now() < end; ) await sleep(50)
  process.stdout.write(`::group::What the sandbox said\n${readFileSync(logFile, 'utf8').trim()}\n::endgroup::\n`)
  if (isRunning()) process.stdout.write(`::warning::The sandbox did not end within ${DEADLINE_SECONDS} s of SIGTERM\n`)
}

if (pid > 0 && logFile) await stop()
