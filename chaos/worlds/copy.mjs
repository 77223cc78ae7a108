import { CreateAliasCommand, CreateKeyCommand } from '@aws-sdk/client-kms'
import { HERE, THERE } from '../place.mjs'
import { SECRETS } from '../secrets.mjs'
import { BASE, idOf, imageOf } from './family.mjs'

export const copy = (place, accounts, random) => order(place, accounts, random, 'copy')
export const encrypt = (place, accounts, random) => order(place, accounts, random, 'encrypt')

/** One or two volumes, encrypted or not, into a region of the owner or of a member, with one key or one for each. */
async function order(place, [account, member], random, command) {
  const id = idOf(account, 1)
  const sizes = random.pick([[8], [8, 20]])
  const keys = await makeKeys(place, [account, member])
  const isEncrypted = random.isHit(0.5)
  const image = imageOf({ id, sizes, ...(isEncrypted && { kmsKeyId: keys }) })
  await place.seed(account, HERE, { images: [image] })
  const common = { command, 'image-id': id, regions: THERE, 'github-token': SECRETS.token }
  const key = isEncrypted || random.isHit(0.5) ? { 'kms-key': 'alias/golden' } : {}
  if (random.isHit(0.5)) {
    const role = { accounts: member, 'account-role': 'ami', 'external-id': SECRETS.externalId }
    return { account, inputs: { ...common, ...role, 'kms-key': 'alias/golden' } }
  }
  if (sizes.length === 2 && random.isHit(0.5)) return { account, ...withKeyEach(common) }
  return { account, inputs: { ...common, ...key } }
}

function withKeyEach({ regions, ...inputs }) {
  const each = '{ /dev/xvda: alias/root, /dev/sdf: alias/golden }'
  return {
    recipe: `family: web\nstrategy: partial\nbase: ${BASE}\nregions: { ${regions}: { kms-keys: ${each} } }\n`,
    inputs
  }
}

/** Result: the ARN of the source's key. */
async function makeKeys(place, accounts) {
  let arn
  for (const account of accounts) {
    for (const [region, alias] of [
      [HERE, 'alias/golden'],
      [THERE, 'alias/golden'],
      [THERE, 'alias/root']
    ]) {
      const kms = place.kms(account, region)
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
      await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyMetadata.KeyId }))
      arn ??= KeyMetadata.Arn
    }
  }
  return arn
}
