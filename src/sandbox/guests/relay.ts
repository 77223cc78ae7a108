import { lookup } from 'node:dns'
import { BlockList, connect, isIPv4, type LookupFunction, type Socket } from 'node:net'

/** Where guests must not get: the runner itself, its own metadata service, and whatever trusts it by its address. */
const OWN = new BlockList()
OWN.addSubnet('0.0.0.0', 8)
OWN.addSubnet('127.0.0.0', 8)
OWN.addSubnet('169.254.0.0', 16)
OWN.addAddress('168.63.129.16')
OWN.addAddress('::', 'ipv6')
OWN.addAddress('::1', 'ipv6')
OWN.addSubnet('fe80::', 10, 'ipv6')
OWN.addSubnet('fd00:ec2::', 32, 'ipv6')

/** The addresses 198.18.0.0/15, set aside for tests of networks, stand for names. */
const FIRST = 0xc6120000
const COUNT = 0x1ffff

/**
 * A guest's way out, without any change to the host's network: each name that it looks up gets an address of its own
 * inside, and a connection to that address is taken on to the name.
 */
export class Relay {
  readonly #names: string[] = []
  readonly #addresses = new Map<string, Buffer>()

  /** The address inside that stands for a name. */
  addressOf(name: string): Buffer {
    const existing = this.#addresses.get(name)
    if (existing) return existing
    const index = this.#names.length % COUNT
    const address = Buffer.alloc(4)
    address.writeUInt32BE(FIRST + 1 + index)
    this.#names.push(name)
    this.#addresses.set(name, address)
    return address
  }

  /** Takes a connection on to the name that its local address stands for. */
  carry(inside: Socket): void {
    const name = this.#nameOf(inside.localAddress ?? '')
    if (name === undefined || isIPv4(name) || inside.localPort === undefined) return void inside.destroy()
    const outside = connect({ host: name, port: inside.localPort, lookup: lookupOthers, allowHalfOpen: true })
    inside.on('error', () => outside.destroy()).on('close', () => outside.destroy())
    outside.on('error', () => inside.resetAndDestroy()).on('close', () => inside.destroy())
    inside.pipe(outside).pipe(inside)
  }

  #nameOf(address: string): string | undefined {
    const bytes = Buffer.from(address.replace('::ffff:', '').split('.').map(Number))
    return bytes.length === 4 ? this.#names[bytes.readUInt32BE() - FIRST - 1] : undefined
  }
}

/** Looks a name up as the host does, without the addresses that are the host's own. */
const lookupOthers: LookupFunction = (name, options, callback) => {
  lookup(name, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, [])
    const others = addresses.filter(({ address, family }) => !OWN.check(address, family === 6 ? 'ipv6' : 'ipv4'))
    if (others.length === 0) return callback(new Error(`${name} is not for guests`), [])
    if (options.all) return callback(null, others)
    const [first] = others
    callback(null, first?.address ?? '', first?.family)
  })
}
