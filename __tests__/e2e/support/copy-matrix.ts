import type { Volumes } from './image.ts'

export const [ROOT, DATA] = ['/dev/xvda', '/dev/sdf']

/** The source is in the first; the last encrypts by default, with a key of the account's own. */
export const REGIONS = ['us-east-1', 'eu-west-1', 'eu-central-1'] as const
const DEFAULT_KEYS = { 'us-east-1': 'alias/aws/ebs', 'eu-west-1': 'alias/aws/ebs', 'eu-central-1': 'alias/regional' }

export const SOURCES = {
  plain: { [ROOT]: false, [DATA]: false },
  'default key': { [ROOT]: true, [DATA]: true },
  'custom key': { [ROOT]: 'alias/source', [DATA]: 'alias/source' },
  'instance store': {}
} satisfies Record<string, Volumes>

/** The inputs beside the image and the place; the recipe has a key for each volume. */
export const ORDERS = {
  nothing: { command: 'copy' },
  'the default key': { command: 'encrypt' },
  'the key that AWS manages': { command: 'encrypt', 'kms-key': 'alias/aws/ebs' },
  'a custom key': { command: 'copy', 'kms-key': 'alias/golden' },
  'a key for each volume': { command: 'copy', recipe: 'recipe.yml' }
} as const

type Whose = 'own' | 'another account'
type Keys = Readonly<Record<string, string>>
export type SourceName = keyof typeof SOURCES
export type OrderName = keyof typeof ORDERS

export interface CopyRun {
  readonly source: SourceName
  readonly order: OrderName
  readonly whose: Whose
}
interface Row extends CopyRun {
  readonly region: (typeof REGIONS)[number]
}
interface Delivered extends Row {
  /** By device: the alias of the key, `none` for no encryption. */
  readonly keys: Keys
}
interface Refused extends Row {
  readonly says: RegExp
}

const both = (key: string): Keys => ({ [ROOT]: key, [DATA]: key })
const PLAIN = both('none')
const MANAGED = both('alias/aws/ebs')
const BY_DEFAULT = both('by default')
const GOLDEN = both('alias/golden')
const EACH = { [ROOT]: 'alias/root', [DATA]: 'alias/data' }
const NO_SNAPSHOTS = {}
const LACKS_KEY =
  /Expected a key for \/dev\/xvda and \/dev\/sdf in [\w-]+, as the source is encrypted with arn:\S+; found none/
const CLOSED =
  /whose snapshots snap-.* are encrypted with the key that AWS manages for this account alone. Run `encrypt`/
const NOTHING_THERE = /Expected an image with snapshots to encrypt, found ami-\w+, which is backed by instance store/

/** What comes of a source and what is asked for: the keys or what is said; in another account where that differs. */
const RESULTS: readonly (readonly [SourceName, OrderName, Keys | RegExp, (Keys | RegExp)?])[] = [
  ['plain', 'nothing', PLAIN],
  ['plain', 'the default key', BY_DEFAULT],
  ['plain', 'the key that AWS manages', MANAGED],
  ['plain', 'a custom key', GOLDEN],
  ['plain', 'a key for each volume', EACH],
  ['default key', 'nothing', BY_DEFAULT, CLOSED],
  ['default key', 'the default key', BY_DEFAULT, CLOSED],
  ['default key', 'the key that AWS manages', MANAGED, CLOSED],
  ['default key', 'a custom key', GOLDEN, CLOSED],
  ['default key', 'a key for each volume', EACH, CLOSED],
  ['custom key', 'nothing', LACKS_KEY, BY_DEFAULT],
  ['custom key', 'the default key', LACKS_KEY, BY_DEFAULT],
  ['custom key', 'the key that AWS manages', MANAGED],
  ['custom key', 'a custom key', GOLDEN],
  ['custom key', 'a key for each volume', EACH],
  ['instance store', 'nothing', NO_SNAPSHOTS],
  ['instance store', 'the default key', NOTHING_THERE],
  ['instance store', 'the key that AWS manages', NOTHING_THERE],
  ['instance store', 'a custom key', NOTHING_THERE],
  ['instance store', 'a key for each volume', NOTHING_THERE]
]

/** A region that encrypts by default does so with what has no other key. */
function keysIn(region: Row['region'], keys: Keys): Keys {
  const key = DEFAULT_KEYS[region]
  const isOn = key !== 'alias/aws/ebs'
  const replace = (each: string) => (each === 'by default' || (isOn && each === 'none') ? key : each)
  return Object.fromEntries(Object.entries(keys).map(([device, each]) => [device, replace(each)]))
}

const EXPECTED = RESULTS.flatMap(([source, order, own, other = own]) => [
  { source, order, whose: 'own' as const, result: own },
  { source, order, whose: 'another account' as const, result: other }
])

/** Each takes all regions at once. */
export const RUNS: readonly CopyRun[] = EXPECTED
const ROWS = EXPECTED.flatMap(run => REGIONS.map(region => ({ ...run, region })))
export const DELIVERED: readonly Delivered[] = ROWS.flatMap(({ result, ...row }) =>
  result instanceof RegExp ? [] : [{ ...row, keys: keysIn(row.region, result) }]
)
export const REFUSED: readonly Refused[] = ROWS.flatMap(({ result, ...row }) =>
  result instanceof RegExp ? [{ ...row, says: result }] : []
)
