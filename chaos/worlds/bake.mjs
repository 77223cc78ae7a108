// Windows guests are always scripted, and quick.
import { HERE } from '../place.mjs'
import { SECRETS } from '../secrets.mjs'
import { run } from './run.mjs'

const recipeOf = random => `family: web
strategy: partial
base: { ssm: /aws/service/ami-windows-latest/Windows_Server-2016-English-Full-Base }
builder: { instance-types: [t3.large], instance-profile: ami-builder${random.pick(['', ', spot: prefer'])} }
${random.pick(['', 'share: { accounts: ["111122223333"] }\n'])}verify: { findings: { unscanned: warn } }
provision:
  via: ssm
  steps: [{ name: mark, shell: powershell, run: Write-Output marked }]
`

export function bake(_place, [account], random) {
  const inputs = { command: 'bake', 'github-token': SECRETS.token, 'on-cancel': random.pick(['keep', 'discard']) }
  return { account, recipe: recipeOf(random), inputs }
}

/** Of an image that was baked just before. */
export async function verify(place, [account], random) {
  const recipe = recipeOf(random)
  const baked = await run(place, { account, recipe, inputs: { command: 'bake', 'aws-region': HERE } })
  return { account, recipe, inputs: { command: 'verify', images: baked.images, 'github-token': SECRETS.token } }
}
