import type { Region } from '../world/region.ts'
import { EC2_ACTIONS } from './ec2-actions.ts'

interface ResourceTypes {
  /** Those that a request may name. */
  readonly named: readonly string[]
  readonly needed: readonly string[]
  readonly made: readonly string[]
}

const ACTIONS: ReadonlyMap<string, ResourceTypes> = new Map(
  EC2_ACTIONS.trim()
    .split('\n')
    .map(line => {
      const [action = '', ...types] = line.trim().split(' ')
      const plain = types.filter(type => !type.startsWith('+'))
      return [
        action,
        {
          named: plain.map(type => type.replace('*', '')),
          needed: plain.filter(type => type.endsWith('*')).map(type => type.slice(0, -1)),
          made: types.filter(type => type.startsWith('+')).map(type => type.slice(1))
        }
      ]
    })
)

/** The types of id that a request for tags may name: all. */
const TAGGING = /^(Create|Delete)Tags$/

/** The prefix of a resource's id, and what its ARN calls its type. */
const TYPES: Readonly<Record<string, string>> = {
  ami: 'image',
  amiur: 'image-usage-report',
  eni: 'network-interface',
  fleet: 'fleet',
  i: 'instance',
  key: 'key-pair',
  lt: 'launch-template',
  sfr: 'spot-fleet-request',
  sg: 'security-group',
  sir: 'spot-instances-request',
  snap: 'snapshot',
  subnet: 'subnet',
  vol: 'volume',
  vpc: 'vpc'
}

/** The resource types of an action; undefined for one that takes none. */
export function resourceTypesOf(action: string): ResourceTypes | undefined {
  return TAGGING.test(action) ? { named: Object.values(TYPES), needed: [], made: [] } : ACTIONS.get(action)
}

/** The type of the resource that an id names; undefined for a text that is no id. */
export function typeOfId(id: string): string | undefined {
  const [, prefix = ''] = /^([a-z]+)-[0-9a-f-]{8,36}$/.exec(id) ?? []
  return Object.hasOwn(TYPES, prefix) ? TYPES[prefix] : undefined
}

/** The ARN of the resource that an id names; key pairs are called by their names there. */
export function ec2Arn(id: string, region: Region, account: string): string {
  const name = region.keyPairs.get(id)?.keyPair.KeyName ?? id
  return arn(typeOfId(id) ?? '*', name, region.name, account)
}

/** What stands for any resource of a type: one that is yet to be made, or that a request does not name. */
export const anyEc2Arn = (type: string, region: string, account: string): string => arn(type, '*', region, account)

/** Images and snapshots have no account in their ARNs: others may use them, too. */
function arn(type: string, name: string, region: string, account: string): string {
  const owner = type === 'image' || type === 'snapshot' ? '' : account
  return `arn:aws:ec2:${region}:${owner}:${type}/${name}`
}
