// A bake by a script of AWS CLI calls, in aws-cli.sh.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HOME } from '../rows.mjs'
import { BASE, OWNER, SECRET, scriptFor, TYPE } from './subject.mjs'

/** The AWS CLI, where it is installed. */
export function findAwsCli() {
  try {
    const version = execFileSync('aws', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return { name: `script of AWS CLI ${/^aws-cli\/(\S+)/.exec(version)?.[1]}`, run }
  } catch {
    return undefined
  }
}

async function run({ url, account, folder, scale, row, attempt, onStart }) {
  const userData = join(folder, 'user-data')
  await writeFile(userData, `#!/bin/sh\n${scriptFor(scale)}\npoweroff\n`)
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: SECRET,
    AWS_DEFAULT_REGION: HOME,
    NAME: `web-${attempt}`,
    OWNER,
    BASE,
    TYPE,
    USER_DATA: userData,
    KEY: row.key ?? '',
    REGIONS: row.regions.join(' ')
  }
  const child = spawn('bash', ['bench/tools/aws-cli.sh'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  onStart(child)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`The script ended with ${code}`)
}
