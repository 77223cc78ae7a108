import { spawn } from 'node:child_process'
import type { Socket as DatagramSocket } from 'node:dgram'
import { once } from 'node:events'
import { Server, type Socket } from 'node:net'
import { HOST_ENV } from './command.ts'
import { answerQuery } from './dns.ts'
import { metadataServer } from './metadata.ts'
import { Relay } from './relay.ts'
import type { Root } from './rights.ts'

export const NETWORK_NOTICE = 'guests reach other hosts by name only, over the TCP ports 22, 80, 443, 8080 and 8443'

const METADATA_ADDRESS = '169.254.169.254'

/** Opens the sockets in the network namespace it runs in, hands them to its parent, and ends; also where that is gone. */
const LISTEN = `const net = require('node:net'), dgram = require('node:dgram')
process.on('disconnect', () => process.exit())
const give = (name, handle) => new Promise(done => process.send(name, handle, done))
const tcp = port => new Promise((done, fail) => {
  const server = net.createServer({ allowHalfOpen: true }).on('error', fail)
  server.listen(port, '0.0.0.0', () => done(server))
})
const udp = () => new Promise((done, fail) => {
  const socket = dgram.createSocket('udp4').on('error', fail)
  socket.bind(53, '169.254.169.253', () => done(socket))
})
const all = async () => {
  for (const port of [22, 80, 443, 8080, 8443]) await give('tcp', await tcp(port))
  await give('udp', await udp())
  process.send('ready', () => process.exit())
}
all().catch(error => { console.error(error.message); process.exit(1) })`

interface Network {
  close(): void
}

/**
 * Opens the network of a guest: its metadata service at 169.254.169.254, its name server, and its way out. All of it
 * listens at the far end of the guest's link, in the namespace of the process `routerPid`. Errors: an Error with why
 * it cannot listen there.
 */
export async function openNetwork(
  root: Root,
  routerPid: string,
  metadata: Readonly<Record<string, string>>,
  userData?: Uint8Array
): Promise<Network> {
  const service = metadataServer(metadata, userData)
  const relay = new Relay()
  const connections = new Set<Socket>()
  const { servers, names } = await listenAt(root, routerPid)
  for (const server of servers) {
    server.on('connection', socket => {
      connections.add(socket)
      socket.on('error', () => socket.destroy()).on('close', () => connections.delete(socket))
      if (socket.localAddress !== METADATA_ADDRESS) relay.carry(socket)
      else if (socket.localPort === 80) service.emit('connection', socket)
      else socket.resetAndDestroy()
    })
  }
  names.on('message', (query, { port, address }) => {
    const answer = answerQuery(query, name => relay.addressOf(name))
    if (answer) names.send(answer, port, address)
  })
  names.on('error', () => undefined)
  return {
    close: () => {
      for (const server of servers) server.close()
      for (const socket of connections) socket.destroy()
      names.close()
      service.close()
    }
  }
}

interface Listening {
  readonly servers: readonly Server[]
  readonly names: DatagramSocket
}

async function listenAt(root: Root, pid: string): Promise<Listening> {
  // The channel is standard input, which sudo leaves open; sudo clears the environment, so env sets it after sudo.
  const channel = ['env', 'NODE_CHANNEL_FD=0', 'NODE_CHANNEL_SERIALIZATION_MODE=json']
  const enter = [...root, 'nsenter', `--net=/proc/${pid}/ns/net`, '--']
  const [program = '', ...args] = [...enter, ...channel, process.execPath, '-e', LISTEN]
  const child = spawn(program, args, { stdio: ['ipc', 'ignore', 'pipe'], env: HOST_ENV })
  let stderr = ''
  child.stderr?.on('data', chunk => (stderr += chunk))
  const servers: Server[] = []
  const found: { names?: DatagramSocket } = {}
  child.on('message', (_name, handle) => {
    if (handle instanceof Server) servers.push(handle)
    else if (handle && 'bind' in handle) found.names = handle
  })
  await once(child, 'close')
  if (found.names) return { servers, names: found.names }
  for (const server of servers) server.close()
  throw new Error(`the guest's network did not start: ${stderr.trim()}`)
}
