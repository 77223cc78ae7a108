import { HERE } from '../place.mjs'
import { SECRETS } from '../secrets.mjs'
import { agoISO, BASE, idOf, imageOf } from './family.mjs'

const recipeOf = more => `family: web\nstrategy: partial\nbase: ${BASE}\n${more}\n`

/** Instances of a good image and of one whose validity is over, which are tagged, stopped or terminated. */
export async function fleet(place, [account], random) {
  await makeFleet(place, account, { good: random.whole(1, 4), old: random.whole(1, 5) })
  const limits = 'enforce: { immediate: true, max-instances: 100, max-percent: 100 }'
  const inputs = { command: 'verify', fleet: 'true', enforce: random.pick(['tag', 'stop', 'terminate']) }
  return { account, recipe: recipeOf(limits), inputs: { ...inputs, 'github-token': SECRETS.token } }
}

/** Allowed AMIs are to be audited, and after a week enabled. */
export async function allowedImages(place, [account], random) {
  await makeFleet(place, account, { good: random.whole(1, 4), old: 0 })
  const inputs = { command: 'verify', fleet: 'true', 'github-token': SECRETS.token }
  return { account, recipe: recipeOf(`allowed-images: ${random.pick(['audit', 'enable'])}`), inputs }
}

async function makeFleet(place, account, { good, old }) {
  const [fresh, expired] = [idOf(account, 1), idOf(account, 2)]
  const over = { 'valid-until': agoISO(1) }
  const images = [imageOf({ id: fresh }), imageOf({ id: expired, daysAgo: 90, tags: over })]
  const instancesOf = (ImageId, count, name) => ({
    count,
    tags: { Name: `${name}-{n}` },
    RunInstances: { ImageId, InstanceType: 't3.micro' }
  })
  const instances = [instancesOf(fresh, good, 'good'), ...(old > 0 ? [instancesOf(expired, old, 'old')] : [])]
  await place.seed(account, HERE, { images, instances })
}
