import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { HEAD, keepInBin, ownId, seedFamily, stateOf } from './support/family.ts'
import { GOOD, OLD, of, recipeOf, seedFleet } from './support/fleet.ts'
import { GithubOidc } from './support/github-oidc.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { Repository } from './support/workflow/repository.ts'
import { runWorkflow } from './support/workflow/run-workflow.ts'

const DAY_SECONDS = 86_400

let sandbox: Sandbox
let oidc: GithubOidc
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
  oidc = await GithubOidc.start({ exp: Math.floor(Date.now() / 1000) + DAY_SECONDS }) // the sandbox's clock is put forward
})
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]()
  await oidc[Symbol.asyncDispose]()
})

const LONG_MS = 180_000
const WEB = 'images/web.yml'

const run = (workflow: string, account: string, { workspace, folder }: Repository, inputs: object) =>
  runWorkflow(`.github/workflows/${workflow}.yml`, {
    inputs: { recipe: WEB, 'aws-region': 'us-east-1', 'role-to-assume': `arn:aws:iam::${account}:role/ami`, ...inputs },
    env: { AWS_ENDPOINT_URL: sandbox.url, AWS_EC2_METADATA_DISABLED: 'true' },
    oidc: oidc.env,
    workspace,
    folder
  })

const REGIONS = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1'],
  ...['eu-west-1', 'eu-west-2', 'eu-central-1', 'ap-south-1', 'ap-southeast-1', 'ap-northeast-1']
]

test(
  'fleet-scan of 300 accounts in 12 regions: shared out over jobs, and put together',
  async () => {
    const home = newAccount()
    const accounts = Array.from({ length: 300 }, (_, index) => String(Number(home) + index + 1))
    const [bad = '', denied = ''] = [accounts[41], accounts[222]]
    await seedFleet(sandbox, home, [], 'us-east-1', [{ UserId: bad }])
    const instances = [{ RunInstances: of(GOOD) }, { RunInstances: of(OLD) }]
    await sandbox.post('seed', { account: bad, instances })
    const fault = { action: 'error', code: 'AccessDenied', status: 403 }
    await sandbox.post('faults', { operation: 'AssumeRole', resource: `*${denied}*`, ...fault })
    using repository = new Repository({ [WEB]: recipeOf('') })
    const inputs = {
      accounts: accounts.join('\n'),
      regions: REGIONS.join(','),
      'account-role': 'ami',
      'places-per-job': 50 * REGIONS.length
    }
    const { result, outputs, jobs } = await run('fleet-scan', home, repository, inputs)
    await sandbox.release()
    expect({ result, legs: jobs.scan?.legs, passed: outputs.passed }).toEqual({
      result: 'failure',
      legs: 6,
      passed: 'false'
    })
    const expected = [`${bad}/us-east-1`, ...REGIONS.map(region => `${denied}/${region}`)]
    expect(JSON.parse(String(outputs['failed-regions'])).sort()).toEqual(expected.sort())
    const report = JSON.parse(readFileSync(join(repository.folder, 'artifacts/fleet-report/fleet-report.json'), 'utf8'))
    expect(report).toMatchObject({
      passed: false,
      places: 300 * REGIONS.length,
      unapproved: [`${bad}/us-east-1`],
      unexamined: []
    })
    expect(report.reports).toHaveLength(6)
  },
  LONG_MS
)

test('a scan that enforces is one job, for the limits of the recipe count in one run', async () => {
  const home = newAccount()
  await seedFleet(sandbox, home, [{ RunInstances: of(GOOD) }])
  using repository = new Repository({ [WEB]: recipeOf('') })
  const inputs = { regions: REGIONS.join(','), 'places-per-job': 1, enforce: 'tag' }
  const { result, jobs } = await run('fleet-scan', home, repository, inputs)
  expect({ result, legs: jobs.scan?.legs }).toEqual({ result: 'success', legs: 1 })
})

test('sunset plans, and carries it out in its environment; `undo` brings back', async () => {
  const account = newAccount()
  const old = ownId(account, 1)
  await seedFamily(sandbox, account, [
    { ...HEAD, imageId: ownId(account, 2) },
    { imageId: old, bakedDaysAgo: 90 }
  ])
  await keepInBin(sandbox, account)
  using repository = new Repository({ [WEB]: recipe(undefined, 'sunset: { keep: 1 }') })
  const roles = { 'plan-role-to-assume': `arn:aws:iam::${account}:role/plan`, environment: 'ami-sunset' }
  const planned = await run('sunset', account, repository, { ...roles, 'dry-run': true })
  expect({ result: planned.result, log: planned.jobs.plan?.log }).toEqual({
    result: 'success',
    log: expect.not.stringContaining('::error')
  })
  expect(planned.jobs['carry-out']?.result).toBe('skipped')
  expect(await stateOf(sandbox, account, old)).toBe('available')
  const due = await run('sunset', account, repository, roles)
  expect(due.jobs['carry-out']).toMatchObject({ result: 'success', environment: 'ami-sunset' })
  expect(await stateOf(sandbox, account, old)).toBe('deprecated')
  const undone = await run('sunset', account, repository, { ...roles, undo: old })
  expect(undone.jobs['carry-out']?.result).toBe('success')
  expect(await stateOf(sandbox, account, old)).toBe('available')
})
