import { CreateLaunchTemplateCommand } from '@aws-sdk/client-ec2'
import { HERE, REGIONS, THERE } from '../place.mjs'
import { SECRETS } from '../secrets.mjs'
import { BASE, idOf, imageOf } from './family.mjs'
import { run } from './run.mjs'

const recipeOf = random => `family: web
strategy: partial
base: ${BASE}
regions: { ${HERE}: {}, ${THERE}: {} }
${random.pick(['', 'share: { accounts: ["111122223333"] }\n'])}publish: { ssm: /golden/web${random.pick(['', ', launch-template: web'])} }
`

/** The first version is published, the second is about to be. */
export async function publish(place, [account], random) {
  const recipe = recipeOf(random)
  await makeVersion(place, account, 1)
  for (const [i, region] of REGIONS.entries()) {
    const LaunchTemplateData = { ImageId: idOf(account, 10 + i) }
    const request = { LaunchTemplateName: 'web', LaunchTemplateData }
    await place.ec2(account, region).send(new CreateLaunchTemplateCommand(request))
  }
  await run(place, { account, recipe, inputs: { command: 'publish' } })
  await makeVersion(place, account, 2)
  return { account, recipe, inputs: { command: 'publish', 'github-token': SECRETS.token } }
}

/** Both versions are published. */
export async function rollback(place, [account], random) {
  const order = await publish(place, [account], random)
  await run(place, { ...order, inputs: { command: 'publish' } })
  return { ...order, inputs: { command: 'rollback', reason: 'it burns', 'github-token': SECRETS.token } }
}

async function makeVersion(place, account, version) {
  for (const [i, region] of REGIONS.entries()) {
    const id = idOf(account, version * 10 + i)
    const tags = { digest: `digest-${version}` }
    const image = imageOf({ id, name: `web-${version}`, daysAgo: 10 - version, tags })
    await place.seed(account, region, { images: [image] })
  }
}
