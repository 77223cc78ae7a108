import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'

const exec = promisify(execFile)

/** Absent from a machine with Node only; then the SDK's own client looks, so that something does. */
export const hasAwsCli = (() => {
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** Who reads, for a test's name. */
export const READER = hasAwsCli ? 'AWS CLI' : 'SDK (no AWS CLI here)'

/** The AWS CLI, for an account in a region. */
export function awsCli(url: string, account: string, region = 'us-east-1') {
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_DEFAULT_REGION: region
  }
  return async <T>(...args: string[]): Promise<T> =>
    JSON.parse((await exec('aws', [...args, '--endpoint-url', url, '--output', 'json'], { env })).stdout)
}
