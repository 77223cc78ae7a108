import {
  DescribeInstancesCommand,
  DescribeTagsCommand,
  type LaunchPermission,
  type RunInstancesRequest
} from '@aws-sdk/client-ec2'
import { Job } from './action.ts'
import type { Sandbox } from './sandbox.ts'

export const GOOD = 'ami-000000000000000aa'
export const OLD = 'ami-000000000000000bb'
const DAY_MS = 86_400_000

export interface Instances {
  readonly count?: number
  readonly ageDays?: number
  readonly state?: 'running' | 'stopped'
  readonly managedBy?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly RunInstances: Omit<RunInstancesRequest, 'MinCount' | 'MaxCount'>
}

/** What our tags say of a finished image of the family web. */
const tagsOf = (imageId: string, more: Readonly<Record<string, string>>): Record<string, string> => ({
  'ami-action:managed': 'true',
  'ami-action:self': imageId,
  'ami-action:family': 'web',
  'ami-action:channel': 'release',
  ...more
})

/** Instances in a region of an account that has two images of the family web: a good one, and one whose validity is over. */
export async function seedFleet(
  sandbox: Sandbox,
  account: string,
  instances: readonly Instances[],
  region = 'us-east-1',
  launchPermissions: readonly LaunchPermission[] = []
): Promise<void> {
  const expired = { 'ami-action:valid-until': new Date(Date.now() - DAY_MS).toISOString() }
  const images = [
    { ageDays: 1, launchPermissions, tags: tagsOf(GOOD, {}), Image: { ImageId: GOOD, Name: 'web-new' } },
    { ageDays: 90, launchPermissions, tags: tagsOf(OLD, expired), Image: { ImageId: OLD, Name: 'web-old' } }
  ]
  await sandbox.post('seed', { account, region, images, instances })
}

export const of = (ImageId: string, more: Partial<RunInstancesRequest> = {}): Instances['RunInstances'] => ({
  ImageId,
  InstanceType: 't3.micro',
  ...more
})

/** A recipe of the family web; `enforce` is what stands under that key, in YAML's flow style. */
export const recipeOf = (enforce: string): string =>
  `family: web\nstrategy: partial\nbase: { id: ami-0123456789abcdef0 }\nenforce: { ${enforce} }\n`

/** Caps that allow all. */
export const ANY = 'max-instances: 10000, max-percent: 100'

export const fleetJob = (
  sandbox: Sandbox,
  account: string,
  enforce: string,
  inputs: Readonly<Record<string, string>> = {}
): Job =>
  new Job(sandbox, {
    account,
    files: { 'recipe.yml': recipeOf(enforce) },
    inputs: { command: 'verify', fleet: 'true', ...inputs }
  })

/** The states of an account's instances, by their Name, or id. */
export async function statesOf(
  sandbox: Sandbox,
  account: string,
  region = 'us-east-1'
): Promise<Record<string, string>> {
  const { Reservations = [] } = await sandbox
    .ec2(account, region)
    .send(new DescribeInstancesCommand({ IncludeManagedResources: true }))
  const all = Reservations.flatMap(({ Instances = [] }) => Instances)
  return Object.fromEntries(
    all.map(({ InstanceId = '', State, Tags = [] }) => [
      Tags.find(({ Key }) => Key === 'Name')?.Value ?? InstanceId,
      State?.Name ?? ''
    ])
  )
}

/** The ids of what has one of our tags. */
export async function taggedWith(
  sandbox: Sandbox,
  account: string,
  tag: string,
  region = 'us-east-1'
): Promise<string[]> {
  const Filters = [{ Name: 'key', Values: [`ami-action:${tag}`] }]
  const { Tags = [] } = await sandbox.ec2(account, region).send(new DescribeTagsCommand({ Filters }))
  return Tags.map(({ ResourceId = '' }) => ResourceId)
}

/** The operations that an account has been called for that change something, each once. */
export async function changesOf(sandbox: Sandbox, account: string, after = 0): Promise<string[]> {
  const calls = await sandbox.calls(account, after)
  const changing = calls.map(({ operation }) => operation).filter(name => !/^(?:Describe|Get|List|Assume)/.test(name))
  return [...new Set(changing)].sort()
}
