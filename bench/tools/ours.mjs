// A bake by AMI Action, and a copy where the row has regions: the bundle, started as GitHub starts it.
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runAction } from '../../scripts/run-action.mjs'
import { HOME } from '../rows.mjs'
import { BASE, OWNER, scriptFor, TYPE } from './subject.mjs'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

export const ours = { name: `AMI Action ${version} on Node ${process.versions.node}`, isOurs: true, run }

export function bakeRecipe(scale, key, regions = []) {
  const lines = [
    'family: web',
    'strategy: partial',
    `base: { owners: ["${OWNER}"], name: "${BASE}" }`,
    `builder: { instance-types: [${TYPE}] }`,
    `provision: { via: user-data, steps: [{ name: bake, run: "${scriptFor(scale)}" }] }`
  ]
  if (key) lines.push(`volumes: [{ device: /dev/xvda, kms-key: ${key} }]`)
  if (regions.length > 0) {
    const keys = [HOME, ...regions].map(region => `  ${region}: { kms-keys: { /dev/xvda: ${key} } }`)
    lines.push('regions:', ...keys)
  }
  return `${lines.join('\n')}\n`
}

async function run({ url, account, folder, scale, row, onStart }) {
  await writeFile(join(folder, 'recipe.yml'), bakeRecipe(scale, row.key, row.regions))
  const act = inputs =>
    runAction({
      url,
      account,
      workspace: folder,
      inputs: { recipe: 'recipe.yml', 'aws-region': HOME, ...inputs },
      onLine: () => undefined,
      onStart,
      withPost: true
    })
  const { outputs } = await act({ command: 'bake' })
  if (row.regions.length > 0) await act({ command: 'copy', images: outputs.images })
}
