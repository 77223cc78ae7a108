import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, realpath, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Makes a state folder, readable only for its owner, and takes it for this process: two sandboxes on one folder would
 * ruin each other's. What tells is a socket: unlike a file it does not outlive its process. Result: gives it back.
 * Errors: an Error where another process has it.
 */
export async function lockFolder(folder: string): Promise<() => void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const name = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
  const path = join(tmpdir(), `ami-action-sandbox-${name.slice(0, 16)}.sock`)
  const lock = await listen(path).catch(async () => {
    if (await answers(path)) throw new Error(`another sandbox has the state folder ${folder}`)
    await rm(path, { force: true })
    return listen(path)
  })
  return () => void lock.close()
}

async function listen(path: string): Promise<Server> {
  const server = createServer(socket => socket.destroy())
  server.listen(path)
  await once(server, 'listening')
  return server.unref()
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
