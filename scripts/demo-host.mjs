// What a sandbox leaves on this machine: processes and mounts.
import { readdirSync, readFileSync } from 'node:fs'

export const readMounts = () => readFileSync('/proc/self/mounts', 'utf8').split('\n')

/** The mounts that were not there before. */
export const listNewMounts = before =>
  readMounts()
    .filter(line => !before.includes(line))
    .join(', ') || 'none'

/** A process and all that descend from it, by the session that they share. */
export function listProcesses(session) {
  const processes = readdirSync('/proc').flatMap(pid => {
    const [, command, , , , found] = /^\d+ \((.*)\) (\S) (\d+) (\d+) (\d+)/.exec(readProc(pid)) ?? []
    return found === String(session) ? [`${pid} ${command}`] : []
  })
  return processes.join(', ') || 'none'
}

function readProc(pid) {
  try {
    return /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ''
  } catch {
    return '' // it has ended meanwhile
  }
}
