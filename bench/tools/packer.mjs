// A bake by Packer, as its users write it.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HOME } from '../rows.mjs'
import { BASE, OWNER, SECRET, scriptFor, TYPE } from './subject.mjs'

/** How often Packer 1.6 looks, in seconds: the AWS SDK's own pace. */
const PAUSE_SECONDS = 15

/** Packer, where it is installed. */
export function findPacker() {
  try {
    const version = execFileSync('packer', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return { name: `Packer ${version.trim().replace(/^Packer v/, '')}`, run }
  } catch {
    return undefined
  }
}

async function run({ url, account, folder, scale, row, attempt, onStart }) {
  const template = join(folder, 'packer.json')
  await writeFile(template, JSON.stringify({ builders: [builderFor({ url, account, scale, row, attempt })] }))
  const pace = scale < 1 ? { AWS_POLL_DELAY_SECONDS: String(Math.max(1, Math.round(PAUSE_SECONDS * scale))) } : {}
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    CHECKPOINT_DISABLE: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...pace
  }
  const child = spawn('packer', ['build', '-color=false', template], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  onStart(child)
  const said = []
  child.stdout.on('data', chunk => said.push(chunk))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`Packer ended with ${code}:\n${Buffer.concat(said)}`)
}

function builderFor({ url, account, scale, row, attempt }) {
  const keys = Object.fromEntries([HOME, ...row.regions].map(region => [region, row.key]))
  return {
    type: 'amazon-ebs',
    custom_endpoint_ec2: url,
    access_key: account,
    secret_key: SECRET,
    region: HOME,
    instance_type: TYPE,
    source_ami_filter: { filters: { name: BASE }, owners: [OWNER], most_recent: true },
    launch_block_device_mappings: [
      {
        device_name: '/dev/xvda',
        volume_type: 'gp3',
        iops: 3000,
        throughput: 125,
        delete_on_termination: true,
        ...(!row.key && { encrypted: true })
      }
    ],
    communicator: 'none',
    user_data: `#!/bin/sh\n${scriptFor(scale)}\npoweroff\n`,
    disable_stop_instance: true,
    ami_name: `web-${attempt}`,
    ...(row.key && { encrypt_boot: true, kms_key_id: row.key }),
    ...(row.regions.length > 0 && { ami_regions: [HOME, ...row.regions], region_kms_key_ids: keys })
  }
}
