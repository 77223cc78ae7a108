export interface Cidr {
  readonly text: string
  readonly first: number
  readonly bits: number
}

/** Reads an IPv4 CIDR block, such as 10.0.0.0/16. Undefined when it is none, or has bits set beyond its prefix. */
export function parseCidr(text: string): Cidr | undefined {
  const [, address = '', prefix = ''] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(text) ?? []
  const octets = address.split('.').map(Number)
  const bits = Number(prefix)
  if (address === '' || octets.some(octet => octet > 255) || bits > 32) return undefined
  const first = octets.reduce((sum, octet) => sum * 256 + octet, 0)
  return first % 2 ** (32 - bits) === 0 ? { text, first, bits } : undefined
}

/** Whether two blocks have an address in common. */
export const overlaps = (a: Cidr, b: Cidr): boolean => {
  const size = 2 ** (32 - Math.min(a.bits, b.bits))
  return Math.floor(a.first / size) === Math.floor(b.first / size)
}

/** The address at this place of a block, 0 being its first. */
export const addressIn = ({ first }: Cidr, place: number): string =>
  [24, 16, 8, 0].map(shift => Math.floor((first + place) / 2 ** shift) % 256).join('.')
