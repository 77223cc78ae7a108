/** What a type has of the network. */
export interface NetworkFacts {
  readonly performance: string
  readonly interfaces: number
  readonly addressesPerInterface: number
  readonly ipv6AddressesPerInterface: number
}

/**
 * Interfaces and addresses per interface, by size: of the burstable types, then of the others.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html#gp_network
 */
const BURSTABLE_ADDRESSES: Readonly<Record<string, readonly [number, number]>> = {
  nano: [2, 2],
  micro: [2, 2],
  small: [3, 4],
  medium: [3, 6],
  large: [3, 12]
}
const ADDRESSES: Readonly<Record<string, readonly [number, number]>> = {
  small: [2, 4],
  medium: [2, 6],
  large: [3, 10],
  xlarge: [4, 15]
}

/** How EC2 names what a type can send, by the start of its name. */
const PERFORMANCE: readonly [types: RegExp, text: string][] = [
  [/^m1\./, 'Low'],
  [/^m3\./, 'Moderate'],
  [/^t2\./, 'Low to Moderate'],
  [/^t/, 'Up to 5 Gigabit'],
  [/^(c5|m5|m6g)\./, 'Up to 10 Gigabit']
]
const NEWER = 'Up to 12.5 Gigabit'

/** The generations from before IPv6. */
const WITHOUT_IPV6 = /^m[13]\./

export function networkOf(name: string): NetworkFacts {
  const size = name.slice(name.indexOf('.') + 1)
  const [interfaces, addressesPerInterface] = (name.startsWith('t') ? BURSTABLE_ADDRESSES : ADDRESSES)[size] ?? [2, 2]
  return {
    performance: PERFORMANCE.find(([types]) => types.test(name))?.[1] ?? NEWER,
    interfaces,
    addressesPerInterface,
    ipv6AddressesPerInterface: WITHOUT_IPV6.test(name) ? 0 : addressesPerInterface
  }
}
