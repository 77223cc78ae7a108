// The same bake by two tools: a Debian base by owner and name, one script through user data, an encrypted gp3 root volume.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runAction } from '../scripts/run-action.mjs'

export const REGION = 'us-east-1'
const OWNER = '136693071363'
const BASE = 'debian-12-amd64-*'
const TYPE = 't3.micro'
/** How often Packer 1.6 looks, in seconds: the AWS SDK's own pace. */
const PACKER_PAUSE = 15

/** Packer fails a build whose instance has stopped before its first look that finds it running. */
const script = scale => `echo baked >/etc/baked; sleep ${Math.max(4, Math.ceil(20 * scale))}`

/** `bake` makes an image on a sandbox, in a folder of its own, and settles when it is done. */
export function listTools() {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  const ours = { name: 'ours', version: `AMI Action ${version} on Node ${process.versions.node}`, bake: bakeOurs }
  const packer = findPacker()
  return packer ? [packer, ours] : [ours]
}

function findPacker() {
  try {
    const version = execFileSync('packer', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return { name: 'Packer', version: `Packer ${version.trim().replace(/^Packer v/, '')}`, bake: bakeByPacker }
  } catch {
    return undefined
  }
}

export const bakeRecipe = scale => `family: web
strategy: partial
base: { owners: ["${OWNER}"], name: "${BASE}" }
builder: { instance-types: [${TYPE}] }
provision: { via: user-data, steps: [{ name: bake, run: "${script(scale)}" }] }
`

async function bakeOurs({ url, account, scale }) {
  await inFolder('recipe.yml', bakeRecipe(scale), async workspace => {
    const inputs = { command: 'bake', recipe: 'recipe.yml', 'aws-region': REGION }
    await runAction({ url, account, workspace, inputs, onLine: () => undefined })
  })
}

async function bakeByPacker({ url, account, scale }) {
  const builder = {
    type: 'amazon-ebs',
    custom_endpoint_ec2: url,
    access_key: account,
    secret_key: 'not-checked-by-the-sandbox',
    region: REGION,
    instance_type: TYPE,
    source_ami_filter: { filters: { name: BASE }, owners: [OWNER], most_recent: true },
    launch_block_device_mappings: [
      {
        device_name: '/dev/xvda',
        volume_type: 'gp3',
        iops: 3000,
        throughput: 125,
        encrypted: true,
        delete_on_termination: true
      }
    ],
    communicator: 'none',
    user_data: `#!/bin/sh\n${script(scale)}\npoweroff\n`,
    disable_stop_instance: true,
    ami_name: 'web'
  }
  await inFolder('packer.json', JSON.stringify({ builders: [builder] }), async folder => {
    const pace = scale < 1 ? { AWS_POLL_DELAY_SECONDS: String(Math.max(1, Math.round(PACKER_PAUSE * scale))) } : {}
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      CHECKPOINT_DISABLE: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...pace
    }
    const child = spawn('packer', ['build', '-color=false', join(folder, 'packer.json')], {
      env,
      stdio: ['ignore', 'pipe', 'inherit']
    })
    const said = []
    child.stdout.on('data', chunk => said.push(chunk))
    const [code] = await once(child, 'close')
    if (code !== 0) throw new Error(`Packer ended with ${code}:\n${Buffer.concat(said)}`)
  })
}

async function inFolder(name, content, body) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  try {
    await writeFile(join(folder, name), content)
    await body(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}
