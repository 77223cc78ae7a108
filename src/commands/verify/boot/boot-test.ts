import { randomBytes } from 'node:crypto'
import type { Aws } from '../../../aws/aws.ts'
import { AmiError } from '../../../errors.ts'
import { deadlineScript } from '../../../guest/deadline.ts'
import { LINUX_IDENTITY, readIdentity, WINDOWS_IDENTITY } from '../../../guest/identity-script.ts'
import type { CommandResult } from '../../../guest/run-command.ts'
import { setDeadline } from '../../../guest/windows/deadline.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import { awaitState } from '../../bake/builder/instance-state.ts'
import { SsmProvisioner } from '../../bake/provision/provision-ssm.ts'
import { WindowsProvisioner } from '../../bake/provision/provision-windows.ts'
import type { Boot, BootReport, TestResult } from './boot-report.ts'
import type { BootPlan } from './plan-boot.ts'
import { TestInstances } from './test-instances.ts'

const RUNNING_SECONDS = 600
const ASK_SECONDS = 120
/** `cloud-init status --wait`: done, but something was not as it should be. */
const DEGRADED = 2

type Guest = SsmProvisioner | WindowsProvisioner

/** Boots instances of an image, asks them who they are, and runs the recipe's tests on the first. */
export async function bootTest(aws: Aws, plan: BootPlan, recipe: Recipe): Promise<BootReport> {
  await using instances = new TestInstances(aws, plan)
  const booting = Array.from({ length: plan.count }, () => boot(aws, plan, recipe, instances))
  const booted = await Promise.all(booting)
  const [first] = booted
  const tests = first && plan.count > 1 ? await runTests(aws, recipe, first.guest) : []
  return { boots: booted.map(each => each.boot), tests }
}

async function boot(
  aws: Aws,
  plan: BootPlan,
  recipe: Recipe,
  instances: TestInstances
): Promise<{ boot: Boot; guest: Guest }> {
  const start = Date.now()
  const since = () => Math.round((Date.now() - start) / 100) / 10
  const instanceId = await instances.launch(recipe)
  const guest = guestOf(aws, plan, instanceId)
  await awaitState(aws, plan.region, instanceId, {
    state: 'running',
    expected: ['pending', 'running'],
    timeoutSeconds: RUNNING_SECONDS
  })
  const running = since()
  await guest.awaitAgent()
  const reachable = since()
  const firstBoot = await guest.awaitFirstBoot()
  const seconds = { running, reachable, done: since() }
  if (recipe.launchUserData !== undefined) await limitLife(aws, plan, guest)
  const said = await guest.ask('identity', plan.system === 'windows' ? WINDOWS_IDENTITY : LINUX_IDENTITY, ASK_SECONDS)
  const problem = findProblem(firstBoot)
  return { guest, boot: { instanceId, seconds, guest: readIdentity(said.stdout), ...(problem && { problem }) } }
}

function guestOf(aws: Aws, plan: BootPlan, instanceId: string): Guest {
  const nonce = randomBytes(6).toString('hex')
  return plan.system === 'windows'
    ? new WindowsProvisioner(aws, plan.region, instanceId, nonce)
    : new SsmProvisioner(aws, plan, instanceId, nonce)
}

/** The instance had to be launched with the user data of the recipe: it ends itself all the same. */
async function limitLife(aws: Aws, { system, deadline }: BootPlan, guest: Guest): Promise<void> {
  const seconds = Math.max(1, Math.ceil((deadline.getTime() - aws.now().getTime()) / 1000))
  await guest.ask('deadline', system === 'windows' ? setDeadline(seconds) : deadlineScript(seconds), ASK_SECONDS)
}

/** @see https://cloudinit.readthedocs.io/en/latest/explanation/return_codes.html */
function findProblem({ exitCode, stdout, stderr }: CommandResult): string | undefined {
  if (exitCode === 0 || exitCode === DEGRADED) return undefined
  return `the first boot ended with ${exitCode}: ${`${stdout}${stderr}`.trim().split('\n').at(-1) ?? ''}`
}

/** Every test is run, also after one that failed. */
async function runTests(aws: Aws, { test }: Recipe, guest: Guest): Promise<TestResult[]> {
  const results: TestResult[] = []
  for (const [i, step] of test.entries()) {
    try {
      await aws.run.log.group(`Test ${i + 1} of ${test.length}: ${step.name}`, () => guest.runStep(step, i + 1))
      results.push({ name: step.name })
    } catch (error) {
      if (!(error instanceof AmiError) || error.code !== 'STEP_FAILED') throw error
      results.push({ name: step.name, error })
    }
  }
  return results
}
