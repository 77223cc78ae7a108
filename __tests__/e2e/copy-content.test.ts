import { afterAll, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { consoleShows, launch } from './support/guest.ts'
import { keysOf, makeKey } from './support/image.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { describe, test } from './support/with-guests.ts'

const [ROOT, DATA] = ['/dev/xvda', '/dev/sdf']
const HOME = 'us-east-1'
const AWAY = 'eu-west-1'
const [OWNER, MEMBER] = [newAccount(), newAccount()]
const ALIASES = ['alias/golden', 'alias/root', 'alias/data']

const BAKE = recipe(
  '- { name: mark, run: "echo written in the bake >/etc/marker" }',
  `volumes: [{ device: ${ROOT}, kms-key: alias/source }, { device: ${DATA}, size: 1, kms-key: alias/source }]`
)
const COPY = `family: web
strategy: partial
base: { ssm: /not/read }
regions: { ${AWAY}: { kms-keys: { ${ROOT}: alias/root, ${DATA}: alias/data } } }
`

const ONE = { recipe: '', 'kms-key': 'alias/golden' }
const ONE_KEY = { [ROOT]: 'alias/golden', [DATA]: 'alias/golden' }
const TWO_KEYS = { [ROOT]: 'alias/root', [DATA]: 'alias/data' }
const THERE = { accounts: MEMBER, 'account-role': 'ami-{account}' }
const COPIES = [
  { how: 'one key, another region', place: AWAY, inputs: { ...ONE, regions: AWAY }, keys: ONE_KEY },
  { how: 'one key, the same region', place: HOME, inputs: { ...ONE, regions: HOME }, keys: ONE_KEY },
  { how: 'a key for each volume, another region', place: AWAY, inputs: {}, keys: TWO_KEYS },
  {
    how: 'one key, another account',
    place: `${MEMBER}/${AWAY}`,
    inputs: { ...ONE, regions: AWAY, ...THERE },
    keys: ONE_KEY
  },
  { how: 'a key for each volume, another account', place: `${MEMBER}/${AWAY}`, inputs: THERE, keys: TWO_KEYS }
]

describe('an instance of an encrypted copy finds what the bake wrote', () => {
  let sandbox: Sandbox
  let images: string
  const arns = new Map<string, string>()

  beforeAll(async () => {
    sandbox = await Sandbox.start()
    await makeKey(sandbox, OWNER, HOME, 'alias/source')
    for (const account of [OWNER, MEMBER])
      for (const region of [HOME, AWAY])
        for (const alias of ALIASES)
          arns.set(`${account} ${region} ${alias}`, await makeKey(sandbox, account, region, alias))
    using baking = new Job(sandbox, { account: OWNER, files: { 'recipe.yml': BAKE } })
    const { code, log, outputs } = await baking.run()
    expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
    images = outputs.images ?? ''
  }, 60_000)
  afterAll(() => sandbox[Symbol.asyncDispose]())

  test.each(COPIES)('$how', async ({ place, inputs, keys }) => {
    const [region = '', account = OWNER] = place.split('/').reverse()
    using copying = new Job(sandbox, {
      account: OWNER,
      files: { 'recipe.yml': COPY },
      inputs: { command: 'copy', images, ...inputs }
    })
    const { code, log, outputs } = await copying.run()
    expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
    const id = JSON.parse(outputs.images ?? '')[place]
    const asked = Object.entries(keys).map(([device, alias]) => [device, arns.get(`${account} ${region} ${alias}`)])
    expect(await keysOf(sandbox, account, region, id)).toEqual(Object.fromEntries(asked))
    const ec2 = sandbox.ec2(account, region)
    await consoleShows(ec2, await launch(ec2, id, 'echo "found: $(cat /etc/marker)"'), 'found: written in the bake')
  })
})
