import { randomBytes } from 'node:crypto'
import { RunInstancesCommand } from '@aws-sdk/client-ec2'
import type { Aws } from '../../aws/aws.ts'
import { toScriptStep } from '../../guest/files-script.ts'
import type { PackageList } from '../../guest/package-list.ts'
import { provisioningUserData, waitingUserData } from '../../guest/user-data.ts'
import { deadlineUserData } from '../../guest/windows/deadline.ts'
import { NewImage } from '../new-image.ts'
import { Builder } from './builder/builder.ts'
import { endBoost } from './builder/end-boost.ts'
import { toLaunchRequest } from './builder/launch-request.ts'
import { observeBuild } from './observe/observe.ts'
import { findDifferences } from './plan/compare-volumes.ts'
import { describePlan } from './plan/describe-plan.ts'
import { type BakePlan, planBake } from './plan/plan.ts'
import { SsmProvisioner } from './provision/provision-ssm.ts'
import { awaitSelfProvisioning } from './provision/provision-user-data.ts'
import { SYSPREP_SECONDS, WindowsProvisioner } from './provision/provision-windows.ts'
import type { BakedImage, BakeTask, Way } from './way.ts'

const TAKEN_UP: PackageList = { missing: 'an interrupted run has provisioned its builder' }

/** From a base image: a builder is launched from it, provisioned, sealed and imaged. */
export async function findBuildWay(task: BakeTask): Promise<Way> {
  const { aws, recipe, content, order } = task
  const plan = planBake(recipe, await observeBuild(aws, recipe, content), order)
  return { plan, lines: describePlan(plan), rehearsals: rehearsalsOf(task, plan), go: () => build(task, plan) }
}

function rehearsalsOf({ aws, recipe }: BakeTask, plan: BakePlan): Way['rehearsals'] {
  const [candidate] = plan.candidates
  if (!candidate) return []
  const launch = { plan, recipe, userData: '', securityGroupIds: plan.securityGroupIds ?? [] }
  const request = { ...toLaunchRequest(launch, candidate, 0), DryRun: true }
  return [() => aws.in(plan.region).ec2.send(new RunInstancesCommand(request))]
}

async function build(task: BakeTask, plan: BakePlan): Promise<BakedImage> {
  const { aws, stages } = task
  await using image = new NewImage(aws, plan)
  await using builder = new Builder(aws, plan)
  let packages: PackageList = TAKEN_UP
  if (plan.unfinished) {
    await builder.makeWay()
    await image.takeUp(plan.unfinished.imageId)
  } else {
    if (!(await builder.takeOver())) packages = await provision(task, plan, builder)
    if (plan.boost) await stages.time('end boost', () => endBoost(aws, plan, builder.instanceId))
    await builder.confirmStopped()
    await image.create(builder.instanceId)
  }
  const available = await stages.time('image', () => image.awaitAvailable(aws.run.inputs.timeoutSeconds))
  for (const difference of findDifferences(plan, available.BlockDeviceMappings ?? [])) aws.run.log.warning(difference)
  const isEnded = await builder.end() // first: a rerun looks for what is left only where the image is unfinished
  const finished = await image.finish(available, plan.unfinished ? [] : stages.done)
  if (isEnded) aws.run.forget()
  return { ...finished, packages }
}

/** Launches the builder, and has it provisioned, sealed and stopped. Result: what is installed. */
function provision(task: BakeTask, plan: BakePlan, builder: Builder): Promise<PackageList> {
  if (plan.system === 'windows') return buildWindows(task, plan, builder)
  return task.recipe.provision.via === 'ssm' ? buildLinux(task, plan, builder) : buildByItself(task, plan, builder)
}

async function buildLinux({ aws, recipe, stages }: BakeTask, plan: BakePlan, builder: Builder): Promise<PackageList> {
  await stages.time('launch', () => builder.launch(recipe, waitingUserData(secondsLeft(aws, plan))))
  const packages = await builder.whileItRuns(async running => {
    const provisioner = new SsmProvisioner(running, plan, builder.instanceId, makeNonce())
    await stages.time('provision', () => provisioner.provision(recipe.provision.steps.map(toScriptStep)))
    return stages.time('seal', () => provisioner.seal())
  })
  await builder.markSealed()
  await stages.time('stop', () => builder.stop())
  return packages
}

async function buildByItself(
  { aws, recipe, stages }: BakeTask,
  plan: BakePlan,
  builder: Builder
): Promise<PackageList> {
  const nonce = makeNonce()
  const steps = recipe.provision.steps.map(toScriptStep)
  const userData = provisioningUserData(steps, nonce, secondsLeft(aws, plan))
  await stages.time('launch', () => builder.send(recipe, userData))
  return stages.time('provision', () => awaitSelfProvisioning(aws, plan.region, builder, steps, nonce))
}

/** Sealing may end with the builder's shutdown: its agent decides. */
async function buildWindows({ aws, recipe, stages }: BakeTask, plan: BakePlan, builder: Builder): Promise<PackageList> {
  await stages.time('launch', () => builder.launch(recipe, deadlineUserData(secondsLeft(aws, plan))))
  const { shutsDown, packages } = await builder.whileItRuns(async running => {
    const provisioner = new WindowsProvisioner(running, plan.region, builder.instanceId, makeNonce())
    await stages.time('provision', () => provisioner.provision(recipe.provision.steps))
    return stages.time('seal', () => provisioner.seal())
  })
  if (shutsDown) await stages.time('stop', () => builder.awaitStop(SYSPREP_SECONDS))
  await builder.markSealed()
  if (!shutsDown) await stages.time('stop', () => builder.stop())
  return packages
}

const makeNonce = (): string => randomBytes(6).toString('hex')
const secondsLeft = (aws: Aws, { deadline }: BakePlan): number =>
  Math.ceil((deadline.getTime() - aws.now().getTime()) / 1000)
