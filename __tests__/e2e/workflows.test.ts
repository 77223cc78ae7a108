import { readFileSync } from 'node:fs'
import { DescribeImagesCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2'
import { GetParameterCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { GithubOidc } from './support/github-oidc.ts'
import { makeGolden, ownTags } from './support/golden.ts'
import { leftovers, NOTHING } from './support/leftovers.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { test } from './support/with-guests.ts'
import { Repository } from './support/workflow/repository.ts'
import { type Call, runWorkflow, type WorkflowEnd } from './support/workflow/run-workflow.ts'

let sandbox: Sandbox
let oidc: GithubOidc
beforeAll(async () => {
  sandbox = await Sandbox.start()
  oidc = await GithubOidc.start()
})
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]()
  await oidc[Symbol.asyncDispose]()
})

const HERE = 'us-east-1'
const THERE = 'eu-west-1'
const WEB = 'images/web.yml'
const REST = `regions: { ${HERE}: {}, ${THERE}: {} }
publish: { ssm: /golden/web }
verify: { findings: { unscanned: warn } }`
const LONG_MS = 120_000
const WINDOWS = '/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base'
const BASE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'
/** As docs/workflows.md has it. */
const [, MAKE_SUBNET = ''] = /```bash\n([\s\S]*?)```/.exec(readFileSync('docs/workflows.md', 'utf8')) ?? []
const SETUP = `${MAKE_SUBNET}\necho "set up at $AWS_ENDPOINT_URL"`
const RECIPE = recipe('- { name: mark, run: echo baked >/etc/marker }', REST)

/** For what is not about booting: no test instance is launched. */
const UNBOOTED = RECIPE.replace('verify: {', "verify: { checks: { boots: 'off' },")

/** A run in an account whose credentials only GitHub's token gives. */
function run(
  workflow: string,
  account: string,
  repository: Repository,
  inputs: object = {},
  more: Pick<Call, 'github' | 'previous'> = {}
): Promise<WorkflowEnd> {
  return runWorkflow(`.github/workflows/${workflow}.yml`, {
    inputs: {
      recipe: WEB,
      'aws-region': HERE,
      'role-to-assume': `arn:aws:iam::${account}:role/ami-builder`,
      ...inputs
    },
    ...more,
    env: { AWS_ENDPOINT_URL: sandbox.url, AWS_EC2_METADATA_DISABLED: 'true' },
    oidc: oidc.env,
    workspace: repository.workspace,
    folder: repository.folder
  })
}

const resultsOf = ({ jobs }: WorkflowEnd) =>
  Object.fromEntries(Object.entries(jobs).map(([name, { result }]) => [name, result]))
const logOf = ({ jobs }: WorkflowEnd) =>
  Object.values(jobs)
    .map(({ log }) => log)
    .join('')

async function published(account: string, region: string): Promise<string | undefined> {
  const request = sandbox.ssm(account, region).send(new GetParameterCommand({ Name: '/golden/web' }))
  return request.then(
    ({ Parameter }) => Parameter?.Value,
    () => undefined
  )
}

const ALL = { bake: 'success', verify: 'success', copy: 'success', 'verify-copies': 'success', publish: 'success' }

test('bake-release: baked, verified, copied, the copy verified, published in both regions', async () => {
  const account = newAccount()
  using repository = new Repository({ [WEB]: RECIPE })
  const release = await run('bake-release', account, repository, { environment: 'production' })
  expect({ results: resultsOf(release), log: logOf(release) }).toEqual({
    results: ALL,
    log: expect.not.stringContaining('::error')
  })
  const images = JSON.parse(String(release.outputs.images))
  expect(images).toEqual({ [HERE]: release.outputs['image-id'], [THERE]: expect.stringMatching(/^ami-/) })
  expect(release.outputs).toMatchObject({ reused: 'false', 'failed-regions': '[]' })
  expect([await published(account, HERE), await published(account, THERE)]).toEqual([images[HERE], images[THERE]])
  expect(release.jobs.publish?.environment).toBe('production')
  expect(release.jobs['verify-copies']?.log).not.toContain(`${HERE}: `)
})

test('bake-release keeps the list of packages: the next one says what differs', async () => {
  const account = newAccount()
  using repository = new Repository({ [WEB]: UNBOOTED })
  const github = { event: { repository: { default_branch: 'main' } } }
  const first = await run('bake-release', account, repository, {}, { github })
  expect(logOf(first)).toMatch(/^Packages: \d+ installed$/m)
  const second = await run('bake-release', account, repository, { force: true }, { github })
  expect(logOf(second)).toMatch(
    new RegExp(`^Packages: \\d+ installed; the same as in ${first.outputs['image-id']}$`, 'm')
  )
})

test(
  'bake-release, a region that can not be copied to: nothing is published, or what works; run again, the rest',
  async () => {
    const account = newAccount()
    using repository = new Repository({ [WEB]: UNBOOTED })
    const denied = { action: 'error', code: 'InvalidRequest', message: 'no' }
    await sandbox.post('faults', { account, operation: 'CopyImage', ...denied })
    const failed = await run('bake-release', account, repository)
    expect(resultsOf(failed)).toEqual({ ...ALL, copy: 'failure', 'verify-copies': 'skipped', publish: 'skipped' })
    expect(await published(account, HERE)).toBeUndefined()

    const going = await run('bake-release', account, repository, { 'on-region-failure': 'continue' })
    expect({ result: going.result, copy: going.jobs.copy?.result }).toEqual({ result: 'failure', copy: 'failure' })
    expect(JSON.parse(String(going.outputs['failed-regions']))).toEqual([THERE])
    const image = failed.outputs['image-id']
    expect([await published(account, HERE), await published(account, THERE)]).toEqual([image, undefined])

    await sandbox.release()
    const again = await run('bake-release', account, repository)
    expect({ results: resultsOf(again), outputs: again.outputs }).toMatchObject({
      results: ALL,
      outputs: { reused: 'true', 'image-id': image, 'failed-regions': '[]' }
    })
    expect(await published(account, THERE)).toBe(JSON.parse(String(again.outputs.images))[THERE])
    expect(await sandbox.meant(account, 'CreateImage')).toHaveLength(1)
  },
  LONG_MS
)

test('bake-release, its failed jobs run again: bake and verification stand, the rest goes on with their outputs', async () => {
  const account = newAccount()
  using repository = new Repository({ [WEB]: UNBOOTED })
  const denied = { action: 'error', code: 'InvalidRequest', message: 'no' }
  await sandbox.post('faults', { account, operation: 'CopyImage', ...denied })
  const failed = await run('bake-release', account, repository)
  expect(resultsOf(failed)).toEqual({ ...ALL, copy: 'failure', 'verify-copies': 'skipped', publish: 'skipped' })

  await sandbox.release()
  const again = await run('bake-release', account, repository, {}, { previous: failed })
  expect({ results: resultsOf(again), log: again.jobs.publish?.log }).toEqual({
    results: ALL,
    log: expect.not.stringContaining('::error')
  })
  expect([again.jobs.bake, again.jobs.verify]).toEqual([failed.jobs.bake, failed.jobs.verify])
  expect(await sandbox.meant(account, 'RunInstances')).toHaveLength(1)
  const images = JSON.parse(String(again.outputs.images))
  expect([await published(account, HERE), await published(account, THERE)]).toEqual([images[HERE], images[THERE]])
  expect(images[HERE]).toBe(failed.outputs['image-id'])
})

test('nightly releases every recipe; a security rebuild after it ends with the bake, for nothing is due', async () => {
  const account = newAccount()
  const db = UNBOOTED.replace('family: web', 'family: db').replace('/golden/web', '/golden/db')
  using repository = new Repository({ [WEB]: UNBOOTED, 'images/db.yml': db, 'images/notes.txt': 'no recipe' })
  const nightly = await run('nightly', account, repository, { recipes: 'images/*.yml' })
  expect({ result: nightly.result, legs: nightly.jobs.release?.legs, log: logOf(nightly) }).toEqual({
    result: 'success',
    legs: 2,
    log: expect.not.stringContaining('::error')
  })
  const [{ seq = 0 } = {}] = (await sandbox.calls(account)).slice(-1)
  const rebuild = await run('security-rebuild', account, repository, { recipes: 'images/*.yml' })
  expect(rebuild.result).toBe('success')
  expect(
    (await sandbox.calls(account, seq)).filter(
      ({ operation }) => !operation.startsWith('Describe') && !operation.startsWith('Get')
    )
  ).toEqual([])
})

test('rollback waits for its environment, and hands on a reason that no shell reads', async () => {
  const account = newAccount()
  using repository = new Repository({ [WEB]: UNBOOTED })
  const versions = [1, 2].map(version => [HERE, THERE].map(region => ({ account, region, version })))
  const made = []
  for (const places of versions) {
    const images = await Promise.all(places.map(place => makeGolden(sandbox, place)))
    using job = new Job(sandbox, { account, files: { 'recipe.yml': UNBOOTED }, inputs: { command: 'publish' } })
    expect((await job.run()).code).toBe(0)
    made.push(images)
  }
  const reason = 'nginx $(touch owned) crashes'
  const { result, jobs } = await run('rollback', account, repository, { reason })
  expect({ result, environment: jobs.rollback?.environment }).toEqual({ result: 'success', environment: 'production' })
  expect([await published(account, HERE), await published(account, THERE)]).toEqual(made[0])
  const [, [bad = ''] = []] = made
  expect(Object.values(await ownTags(sandbox, { account }, bad))).toContainEqual(expect.stringContaining('crashes'))
})

const pullRequest = (repository: string, action: string) => ({
  event: { action, pull_request: { number: 7, head: { repo: { full_name: repository } }, user: { login: 'somebody' } } }
})

test('test-bake from a fork: on a sandbox of its own, without credentials, and it ends with the job', async () => {
  const account = newAccount()
  using repository = new Repository({ [WEB]: RECIPE, 'other/db.yml': RECIPE })
  const inputs = { recipes: 'images/*.yml other/*.yml', 'sandbox-setup': 'setup.sh' }
  const builder = 'builder: { subnets: [{ tag: { tier: build } }],'
  repository.commit({ [WEB]: RECIPE.replace('builder: {', builder), 'setup.sh': SETUP })
  const handed = oidc.count
  const tested = await run('test-bake', account, repository, inputs, { github: pullRequest('fork/images', 'opened') })
  expect({ jobs: resultsOf(tested), log: logOf(tested) }).toEqual({
    jobs: { recipes: 'success', account: 'skipped', sandbox: 'success', 'clean-up': 'skipped' },
    log: expect.not.stringContaining('::error')
  })
  expect(tested.jobs.sandbox?.legs).toBe(1)
  const endpoint = /set up at (http\S+)/.exec(logOf(tested))?.[1] ?? ''
  expect([endpoint, endpoint === sandbox.url]).toEqual([expect.stringMatching(/^http:/), false])
  await expect(fetch(endpoint)).rejects.toThrow('fetch failed')
  expect([oidc.count, await sandbox.calls(account)]).toEqual([handed, []])
})

test('test-bake in the account: the image is of the channel test, and gone when the pull request is closed', async () => {
  const account = newAccount()
  using repository = new Repository({ [WEB]: 'before' })
  repository.commit({ [WEB]: RECIPE })
  const tested = await run('test-bake', account, repository, {}, { github: pullRequest('org/images', 'opened') })
  expect({ jobs: resultsOf(tested), log: logOf(tested) }).toEqual({
    jobs: { recipes: 'success', account: 'success', sandbox: 'skipped', 'clean-up': 'skipped' },
    log: expect.not.stringContaining('::error')
  })
  const { Images: [image] = [] } = await sandbox.ec2(account).send(new DescribeImagesCommand({ Owners: ['self'] }))
  expect(image?.Tags).toEqual(
    expect.arrayContaining([
      { Key: 'ami-action:channel', Value: 'test' },
      { Key: 'pull-request', Value: 'org/images/7' }
    ])
  )
  const closed = await run('test-bake', account, repository, {}, { github: pullRequest('org/images', 'closed') })
  expect({ jobs: resultsOf(closed), log: logOf(closed) }).toMatchObject({
    jobs: { account: 'skipped', 'clean-up': 'success' }
  })
  expect(await leftovers(sandbox, account)).toEqual(NOTHING)
})

test('test-bake from a fork, a step that the sandbox can not run: red, and it says which line', async () => {
  using repository = new Repository({ [WEB]: 'before' })
  const windows = recipe('- { name: feature, shell: powershell, run: Install-WindowsFeature Web-Server }', REST)
  repository.commit({ [WEB]: windows.replace(/base: .*/, `base: { ssm: ${WINDOWS} }`).replace('t3.small', 't3.large') })
  const tested = await run('test-bake', newAccount(), repository, {}, { github: pullRequest('fork/images', 'opened') })
  expect({ jobs: resultsOf(tested), log: logOf(tested) }).toEqual({
    jobs: { recipes: 'success', account: 'skipped', sandbox: 'failure', 'clean-up': 'skipped' },
    log: expect.stringMatching(/::error .*feature.*\n?.*not run: line \d+: Install-WindowsFeature Web-Server/)
  })
})

test('nightly of more recipes than a matrix has jobs is refused before anything starts', async () => {
  const many = Array.from({ length: 257 }, (_, i) => [`images/${i}.yml`, RECIPE])
  using repository = new Repository(Object.fromEntries(many))
  const { result, jobs } = await run('nightly', newAccount(), repository, { recipes: 'images/*.yml' })
  expect([result, jobs.recipes?.log, jobs.release?.result]).toEqual([
    'failure',
    expect.stringContaining('::error::Expected at most 256 recipes, as a matrix has, found 257'),
    'skipped'
  ])
})

test('test-bake, closed after runs that were killed: their builder, image and snapshots go, and nothing else', async () => {
  const account = newAccount()
  const ec2 = sandbox.ec2(account)
  const mine = { 'ami-action:channel': 'test', 'pull-request': 'org/images/7' }
  const tagged = (name: string, tags: object) => ({ tags, snapshotTags: tags, Image: { Name: name } })
  const images = [
    tagged('unfinished', mine),
    { ...tagged('copy of another', { ...mine, 'ami-action:self': 'ami-0123456789abcdef0' }), snapshotTags: {} },
    tagged('of another pull request', { ...mine, 'pull-request': 'org/images/8' }),
    tagged('released', { ...mine, 'ami-action:channel': 'release' })
  ]
  const builder = { tags: mine, RunInstances: { InstanceType: 't3.micro', ImageId: BASE } }
  const machine = { RunInstances: { InstanceType: 't3.micro', ImageId: BASE } }
  await sandbox.post('seed', { account, images, instances: [builder, machine] })
  await sandbox.post('faults', { account, operation: 'DeregisterImage', action: 'error', code: 'Busy', count: 1 })
  using repository = new Repository({ [WEB]: RECIPE })
  const github = pullRequest('org/images', 'closed')

  const first = await run('test-bake', account, repository, {}, { github })
  expect([resultsOf(first)['clean-up'], logOf(first)]).toEqual([
    'failure',
    expect.stringContaining('::error::Not done: deregister-image --image-id ami-')
  ])
  const second = await run('test-bake', account, repository, {}, { github })
  expect(resultsOf(second)['clean-up']).toBe('success')

  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['self'] }))
  expect(Images.map(({ Name }) => Name).sort()).toEqual(['copy of another', 'of another pull request', 'released'])
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
  expect(Snapshots).toHaveLength(3)
  expect((await leftovers(sandbox, account)).instances).toHaveLength(1)
})
