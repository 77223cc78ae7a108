import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Ended, Job } from './support/action.ts'
import { READER } from './support/aws-cli.ts'
import { makeImage, makeKey, type Volumes } from './support/image.ts'
import { inTurns } from './support/in-turns.ts'
import { KeptImages } from './support/kept-images.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

const [ROOT, DATA] = ['/dev/xvda', '/dev/sdf']
const REGIONS = ['us-east-1', 'eu-west-1'] as const
const ACCOUNTS = { own: newAccount(), 'another account': newAccount() } as const

const SOURCES = {
  plain: { [ROOT]: false, [DATA]: false },
  'default key': { [ROOT]: true, [DATA]: true },
  'custom key': { [ROOT]: 'alias/source', [DATA]: 'alias/source' },
  'instance store': {}
} satisfies Record<string, Volumes>

/** The inputs beside the image and the place. */
const ORDERS = {
  nothing: { command: 'copy' },
  'the default key': { command: 'encrypt' },
  'the default key by its name': { command: 'encrypt', 'kms-key': 'alias/aws/ebs' },
  'a custom key': { command: 'copy', 'kms-key': 'alias/golden' },
  'a key for each volume': { command: 'copy', recipe: 'recipe.yml' }
} as const

type Source = keyof typeof SOURCES
type Order = keyof typeof ORDERS
type Whose = keyof typeof ACCOUNTS
/** The alias of each volume's key, or what is said instead of copying. */
type Result = Readonly<Record<string, string>> | RegExp

const both = (key: string): Result => ({ [ROOT]: key, [DATA]: key })
const EACH = { [ROOT]: 'alias/root', [DATA]: 'alias/data' }
const NO_SNAPSHOTS = {}
const LACKS_KEY =
  /Expected a key for \/dev\/xvda and \/dev\/sdf in [\w-]+, as the source is encrypted with arn:\S+; found none/
const CLOSED =
  /whose snapshots snap-.* are encrypted with the key that AWS manages for this account alone. Run `encrypt`/
const NOTHING_TO_ENCRYPT =
  /Expected an image with snapshots to encrypt, found ami-\w+, which is backed by instance store/

/** What comes of it in the own account, and in another where that differs. */
const RESULTS: readonly (readonly [Source, Order, Result, Result?])[] = [
  ['plain', 'nothing', both('none')],
  ['plain', 'the default key', both('alias/aws/ebs')],
  ['plain', 'the default key by its name', both('alias/aws/ebs')],
  ['plain', 'a custom key', both('alias/golden')],
  ['plain', 'a key for each volume', EACH],
  ['default key', 'nothing', both('alias/aws/ebs'), CLOSED],
  ['default key', 'the default key', both('alias/aws/ebs'), CLOSED],
  ['default key', 'the default key by its name', both('alias/aws/ebs'), CLOSED],
  ['default key', 'a custom key', both('alias/golden'), CLOSED],
  ['default key', 'a key for each volume', EACH, CLOSED],
  ['custom key', 'nothing', LACKS_KEY, both('alias/aws/ebs')],
  ['custom key', 'the default key', LACKS_KEY, both('alias/aws/ebs')],
  ['custom key', 'the default key by its name', both('alias/aws/ebs')],
  ['custom key', 'a custom key', both('alias/golden')],
  ['custom key', 'a key for each volume', EACH],
  ['instance store', 'nothing', NO_SNAPSHOTS],
  ['instance store', 'the default key', NOTHING_TO_ENCRYPT],
  ['instance store', 'the default key by its name', NOTHING_TO_ENCRYPT],
  ['instance store', 'a custom key', NOTHING_TO_ENCRYPT],
  ['instance store', 'a key for each volume', NOTHING_TO_ENCRYPT]
]

const RUNS = RESULTS.flatMap(([source, order, own, other = own]) => [
  { source, order, whose: 'own' as const, result: own },
  { source, order, whose: 'another account' as const, result: other }
])
const ROWS = RUNS.flatMap(run => REGIONS.map(region => ({ ...run, region })))
const DELIVERED = ROWS.filter(({ result }) => !(result instanceof RegExp))
const REFUSED = ROWS.filter(({ result }) => result instanceof RegExp)

let sandbox: Sandbox
/** By source and order: an image of its own, so that no copy is there already. */
const images = new Map<string, string>()
const ended = new Map<string, Ended>()
const kept = new Map<string, KeptImages>()
const keyOf = (...parts: readonly string[]): string => parts.join(', ')

beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
  await makeKey(sandbox, ACCOUNTS.own, 'us-east-1', 'alias/source')
  const places = Object.values(ACCOUNTS).flatMap(account => REGIONS.map(region => ({ account, region })))
  for (const alias of ['alias/golden', 'alias/root', 'alias/data'])
    await Promise.all(places.map(({ account, region }) => makeKey(sandbox, account, region, alias)))
  await inTurns(RESULTS, async ([source, order]) => {
    const name = keyOf(source, order)
    images.set(name, await makeSource(source, name.replace(/\W+/g, '-')))
  })
  await inTurns(RUNS, async run => {
    using job = jobOf(run)
    ended.set(keyOf(run.source, run.order, run.whose), await job.run())
  })
  await inTurns(places, async ({ account, region }) => {
    kept.set(keyOf(account, region), await KeptImages.read(sandbox, account, region))
  })
}, 180_000)
afterAll(() => sandbox[Symbol.asyncDispose]())

async function makeSource(source: Source, Name: string): Promise<string> {
  const account = ACCOUNTS.own
  if (source !== 'instance store') return makeImage(sandbox, account, SOURCES[source], {}, Name)
  const ImageId = `ami-${crypto.randomUUID().replaceAll('-', '').slice(0, 17)}`
  const Image = { ImageId, Name, RootDeviceType: 'instance-store' }
  await sandbox.post('seed', { account, images: [{ volumeSizes: [], Image }] })
  return ImageId
}

/** Both regions in one run. */
function jobOf({ source, order, whose }: { source: Source; order: Order; whose: Whose }): Job {
  const id = images.get(keyOf(source, order)) ?? ''
  const regions = REGIONS.map(region => `  ${region}: { kms-keys: { ${ROOT}: alias/root, ${DATA}: alias/data } }`)
  const recipe = `family: web\nstrategy: partial\nbase: { id: ${id} }\nregions:\n${regions.join('\n')}\n`
  const place = whose === 'own' ? {} : { accounts: ACCOUNTS[whose], 'account-role': 'ami-{account}' }
  const inputs = { recipe: '', 'image-id': id, ...ORDERS[order], ...place }
  return new Job(sandbox, {
    account: ACCOUNTS.own,
    files: { 'recipe.yml': recipe },
    inputs: inputs.recipe ? inputs : { ...inputs, regions: REGIONS.join(',') }
  })
}

type Row = (typeof ROWS)[number]
const endedOf = ({ source, order, whose }: Row) => ended.get(keyOf(source, order, whose))
const keptAt = ({ whose, region }: Row) => kept.get(keyOf(ACCOUNTS[whose], region))
const placeOf = ({ whose, region }: Row) => (whose === 'own' ? region : `${ACCOUNTS[whose]}/${region}`)

describe(`the keys of the copies, as the ${READER} reads them`, () => {
  test.each(DELIVERED)('source $source, asked for $order: $region, $whose', row => {
    const { code, log, outputs, summary } = endedOf(row) ?? {}
    expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
    const id = JSON.parse(outputs?.images ?? '')[placeOf(row)]
    expect(keptAt(row)?.keysOf(id)).toEqual(row.result)
    expect(summary?.includes('no snapshots')).toBe(row.source === 'instance store')
  })
})

describe('refused, with nothing copied', () => {
  test.each(REFUSED)('source $source, asked for $order: $region, $whose', row => {
    const { code, log } = endedOf(row) ?? {}
    const error = log?.split('\n').find(line => line.startsWith('::error'))
    expect({ code, error }).toEqual({ code: 1, error: expect.stringMatching(row.result as RegExp) })
    expect(keptAt(row)?.copiesOf(images.get(keyOf(row.source, row.order)) ?? '')).toEqual([])
  })
})
