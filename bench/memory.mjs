// How much memory a process and its children take at most: the sum of each one's highest resident size. Linux only.
import { readFileSync } from 'node:fs'

const PAUSE_MS = 200

/** Watches until `stop()`, which gives MiB. */
export function watchMemory() {
  const roots = []
  let mostKib = 0
  const look = () => {
    mostKib = Math.max(mostKib, ...roots.map(sumOf))
  }
  const timer = setInterval(look, PAUSE_MS)
  return {
    add: child => roots.push(child.pid),
    stop: () => {
      clearInterval(timer)
      return mostKib / 1024
    }
  }
}

function sumOf(pid) {
  try {
    const [, own = 0] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return Number(own) + (children ? children.split(' ') : []).reduce((sum, child) => sum + sumOf(child), 0)
  } catch {
    return 0 // it has ended
  }
}
