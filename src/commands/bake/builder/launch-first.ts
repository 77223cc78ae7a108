import { type Instance, RunInstancesCommand, type RunInstancesCommandInput } from '@aws-sdk/client-ec2'
import type { Aws } from '../../../aws/aws.ts'
import { serviceErrorName } from '../../../aws/failure.ts'
import { pause } from '../../../aws/poller.ts'
import { AmiError } from '../../../errors.ts'
import type { Candidate } from '../plan/plan-candidates.ts'
import { type Launch, toLaunchRequest } from './launch-request.ts'
import { tryCandidates } from './try-candidates.ts'

/** How many runs of the same image may have gone without a trace within EC2's memory for tokens. */
const MAX_FORGOTTEN = 50
/** What was launched a moment ago may not be visible yet; what a run came upon after that is old. */
const VISIBLE_MS = [1_000, 1_000] as const
const FORGOTTEN_MS = 200
/** IAM is eventually consistent: EC2 may not know a profile that was made just now. */
const PROFILE_MS = 60_000
const PROFILE_PAUSE_MS = 2_000

/** Ends what dead runs left, and refuses where another is at it. Result: how many have gone before. */
type MakeWay = () => Promise<number>

/**
 * Launches the builder at the first candidate that has capacity. Errors: CAPACITY or QUOTA, naming what each of them was
 * refused for; RivalBake.
 */
export async function launchFirst(aws: Aws, launch: Launch, makeWay: MakeWay): Promise<Instance> {
  const generation = await makeWay()
  return tryCandidates(aws, launch.plan.candidates, each => launchAt(aws, launch, each, generation, makeWay))
}

/**
 * EC2 refuses a ClientToken that it knows from a request with other tags: of a run that is launching the same now,
 * or of one long gone, of which only the token is left.
 */
async function launchAt(
  aws: Aws,
  launch: Launch,
  candidate: Candidate,
  first: number,
  makeWay: MakeWay
): Promise<Instance> {
  for (let generation = first; ; generation++) {
    try {
      return await send(aws, launch, toLaunchRequest(launch, candidate, generation))
    } catch (error) {
      if (serviceErrorName(error) !== 'IdempotentParameterMismatch') throw error
      const forgotten = generation - first
      if (forgotten >= MAX_FORGOTTEN) throw tooManyForgotten(launch, error)
      await pause(VISIBLE_MS[forgotten] ?? FORGOTTEN_MS, aws.signal)
      await makeWay()
    }
  }
}

function tooManyForgotten({ recipe }: Launch, cause: unknown): AmiError {
  const hint = 'Try again in some hours, or change the recipe.'
  const sentence = `EC2 still knows ${MAX_FORGOTTEN} earlier launches of this very image of ${recipe.family}, and takes this one for each of them`
  return new AmiError('EC2', sentence, { hint, cause })
}

async function send(aws: Aws, { plan, recipe }: Launch, request: RunInstancesCommandInput): Promise<Instance> {
  const { ec2 } = aws.in(plan.region)
  for (const start = Date.now(), until = start + PROFILE_MS; ; await pause(PROFILE_PAUSE_MS, aws.signal)) {
    try {
      const { Instances: [instance] = [] } = await ec2.send(new RunInstancesCommand(request))
      return instance ?? {}
    } catch (error) {
      if (!isUnknownProfile(error) || Date.now() >= until) throw error
      const name = recipe.builder.instanceProfile
      aws.run.log.info(
        `EC2 does not know the instance profile ${name}, as for some seconds after its creation; asking again for up to 1m`
      )
    }
  }
}

/** Whether EC2 does not know the instance profile, or not yet. */
export const isUnknownProfile = (error: unknown): boolean =>
  serviceErrorName(error) === 'InvalidParameterValue' && /iamInstanceProfile/i.test(String(error))
