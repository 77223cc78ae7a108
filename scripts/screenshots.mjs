// `npm run screenshots`: the pictures of docs/images, made of runs against the embedded EC2. Needs a Chromium.
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { idOf, post, recipeOf, seedOf } from './family.mjs'
import { renderSummary } from './render-summary.mjs'
import { runAction } from './run-action.mjs'
import { startSandbox } from './start-sandbox.mjs'

const ACCOUNT = '111122223333'
const REGION = 'us-east-1'
const TARGET = 'docs/images'

await mkdir(TARGET, { recursive: true })
await picture('bake', ['--latency', '0.02'], bake)
await picture('sunset', ['--guests', 'scripted'], sunset)

async function picture(name, flags, run) {
  const sandbox = await startSandbox(flags)
  const folder = await mkdtemp(join(tmpdir(), 'screenshots-'))
  const act = inputs =>
    runAction({
      url: sandbox.url,
      account: ACCOUNT,
      workspace: folder,
      inputs: { 'aws-region': REGION, ...inputs },
      onLine: () => undefined
    })
  try {
    const { summary } = await run({ url: sandbox.url, folder, act })
    await renderSummary(summary, TARGET, name)
    console.log(`${TARGET}/${name}-light.png, ${TARGET}/${name}-dark.png`)
  } finally {
    await rm(folder, { recursive: true, force: true })
    await sandbox.stop()
  }
}

async function bake({ folder, act }) {
  await cp('examples', join(folder, 'examples'), { recursive: true })
  return act({ command: 'bake', recipe: 'examples/demo/recipe.yml' })
}

/** A family with an image for each stage. */
async function sunset({ url, folder, act }) {
  const now = Date.now()
  const images = [
    { bakedDaysAgo: 3, isPublished: true },
    { bakedDaysAgo: 17 },
    { bakedDaysAgo: 31 },
    { bakedDaysAgo: 63 },
    { bakedDaysAgo: 75, deprecatedDaysAgo: 9 },
    { bakedDaysAgo: 88, deprecatedDaysAgo: 21 }
  ].map((image, at) => seedOf({ id: idOf(at + 1), now, ...image }))
  const live = { Name: '/golden/web', Value: idOf(1), Type: 'String', DataType: 'aws:ec2:image' }
  const calls = [{ service: 'ssm', operation: 'PutParameter', input: live }]
  await post(url, 'seed', { account: ACCOUNT, region: REGION, images, calls })
  await writeFile(join(folder, 'web.yml'), recipeOf('{ keep: 2, max-percent: 100 }'))
  return act({ command: 'sunset', recipe: 'web.yml' })
}
