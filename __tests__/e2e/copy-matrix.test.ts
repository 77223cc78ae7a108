import { EnableEbsEncryptionByDefaultCommand, ModifyEbsDefaultKmsKeyIdCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Ended, Job } from './support/action.ts'
import { READER } from './support/aws-cli.ts'
import {
  type CopyRun,
  DATA,
  DELIVERED,
  ORDERS,
  type OrderName,
  REFUSED,
  REGIONS,
  ROOT,
  RUNS,
  SOURCES,
  type SourceName
} from './support/copy-matrix.ts'
import { makeImage, makeKey } from './support/image.ts'
import { inTurns } from './support/in-turns.ts'
import { KeptImages } from './support/kept-images.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

const ACCOUNTS = { own: newAccount(), 'another account': newAccount() } as const
const PLACES = Object.values(ACCOUNTS).flatMap(account => REGIONS.map(region => ({ account, region })))

let sandbox: Sandbox
const images = new Map<string, string>()
const ended = new Map<string, Ended>()
const kept = new Map<string, KeptImages>()

beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
  await makeKey(sandbox, ACCOUNTS.own, REGIONS[0], 'alias/source')
  // An image for each order, so that no copy of another is there already.
  const sources = RUNS.filter(({ whose }) => whose === 'own')
  await inTurns(sources, async ({ source, order }) => {
    images.set(nameOf(source, order), await makeSource(source, nameOf(source, order)))
  })
  await inTurns(PLACES, ({ account, region }) => preparePlace(account, region))
  await inTurns(RUNS, async run => {
    using job = jobOf(run)
    ended.set(`${run.whose} ${nameOf(run.source, run.order)}`, await job.run())
  })
  await inTurns(PLACES, async ({ account, region }) => {
    kept.set(`${account}/${region}`, await KeptImages.read(sandbox, account, region))
  })
}, 180_000)
afterAll(() => sandbox[Symbol.asyncDispose]())

const nameOf = (source: SourceName, order: OrderName): string => `${source}-${order}`.replaceAll(' ', '-')

async function makeSource(source: SourceName, Name: string): Promise<string> {
  const account = ACCOUNTS.own
  if (source !== 'instance store') return makeImage(sandbox, account, SOURCES[source], {}, Name)
  const ImageId = `ami-${crypto.randomUUID().replaceAll('-', '').slice(0, 17)}`
  const Image = { ImageId, Name, RootDeviceType: 'instance-store' }
  await sandbox.post('seed', { account, images: [{ volumeSizes: [], Image }] })
  return ImageId
}

async function preparePlace(account: string, region: string): Promise<void> {
  for (const alias of ['alias/golden', 'alias/root', 'alias/data']) await makeKey(sandbox, account, region, alias)
  if (region !== 'eu-central-1') return
  const ec2 = sandbox.ec2(account, region)
  const KmsKeyId = await makeKey(sandbox, account, region, 'alias/regional')
  await ec2.send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId }))
  await ec2.send(new EnableEbsEncryptionByDefaultCommand({}))
}

function jobOf({ source, order, whose }: CopyRun): Job {
  const regions = REGIONS.map(region => `  ${region}: { kms-keys: { ${ROOT}: alias/root, ${DATA}: alias/data } }`)
  const recipe = `family: web\nstrategy: partial\nbase: { ssm: /not/read }\nregions:\n${regions.join('\n')}\n`
  const there = { accounts: ACCOUNTS[whose], 'account-role': 'ami-{account}' }
  return new Job(sandbox, {
    account: ACCOUNTS.own,
    files: { 'recipe.yml': recipe },
    inputs: {
      'image-id': images.get(nameOf(source, order)) ?? '',
      recipe: '',
      ...(order !== 'a key for each volume' && { regions: REGIONS.join(',') }),
      ...ORDERS[order],
      ...(whose !== 'own' && there)
    }
  })
}

const endedOf = ({ source, order, whose }: CopyRun) => ended.get(`${whose} ${nameOf(source, order)}`)

describe(`the keys of the copies, as the ${READER} reads them`, () => {
  test.each(DELIVERED)('source $source, asked for $order: $region, $whose', ({ region, keys, ...run }) => {
    const { code, log, outputs, summary } = endedOf(run) ?? {}
    expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
    const account = ACCOUNTS[run.whose]
    const id = JSON.parse(outputs?.images ?? '')[run.whose === 'own' ? region : `${account}/${region}`]
    expect(kept.get(`${account}/${region}`)?.keysOf(id)).toEqual(keys)
    expect(summary?.includes('no snapshots')).toBe(run.source === 'instance store')
  })
})

describe('refused, with nothing copied', () => {
  test.each(REFUSED)('source $source, asked for $order: $region, $whose', ({ region, says, ...run }) => {
    const { code, log } = endedOf(run) ?? {}
    const error = log?.split('\n').find(line => line.startsWith('::error'))
    expect({ code, error }).toEqual({ code: 1, error: expect.stringMatching(says) })
    const id = images.get(nameOf(run.source, run.order)) ?? ''
    expect(kept.get(`${ACCOUNTS[run.whose]}/${region}`)?.copiesOf(id)).toEqual([])
  })
})
