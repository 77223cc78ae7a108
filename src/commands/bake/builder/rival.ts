import type { Instance } from '@aws-sdk/client-ec2'
import type { Aws } from '../../../aws/aws.ts'
import { type Look, waitFor } from '../../../aws/poller.ts'
import { AmiError } from '../../../errors.ts'
import { TAGS } from '../../../image/tags.ts'
import { findPredecessors, type Target } from './predecessors.ts'

/** Another run that is baking the same image at this moment: whoever launched first wins. */
export class RivalBake extends AmiError {
  override readonly name = 'RivalBake'

  constructor(target: Target, who: string, cause?: unknown) {
    const hint = 'Let it finish; a builder that was left behind ends itself at its deadline.'
    super('EC2', `Another run is baking the same image of ${target.tags[TAGS.family]}: ${who}`, { hint, cause })
  }
}

/** How often to look: the other run has minutes to go. */
const PAUSE_SECONDS = 10

/**
 * Waits until no other run is baking the same image, so that there is a new image to look at, or a builder of one's own
 * to launch. Errors: TIMEOUT, where it takes longer than this run may; what ends the run.
 */
export async function awaitRival(aws: Aws, region: string, target: Target, found: RivalBake): Promise<void> {
  const { run, signal } = aws
  run.log.notice(`${found.message}. This run waits for it, then looks again.`)
  const look = async (): Promise<Look<void>> => {
    const { alive } = await findPredecessors(aws.in(region), target, aws.now())
    return alive.length === 0 ? { done: undefined } : { waiting: alive.map(sayRival).join('; ') }
  }
  try {
    await waitFor({
      what: `another run that is baking the same image of ${target.tags[TAGS.family]}`,
      look,
      timeoutSeconds: run.inputs.timeoutSeconds,
      maxPauseSeconds: PAUSE_SECONDS,
      signal,
      log: run.log
    })
  } catch (error) {
    if (!(error instanceof AmiError && error.code === 'TIMEOUT')) throw error
    const { hint = '' } = found
    throw new AmiError('TIMEOUT', `${found.message}; this run waited for it as long as it may`, { hint, cause: error })
  }
}

/** Who it is, and until when it may go on. */
export function sayRival({ InstanceId: id, Tags: tags = [] }: Instance): string {
  const read = (key: string) => tags.find(tag => tag.Key === key)?.Value ?? 'unknown'
  return `run ${read(TAGS.run)} with ${id}, until ${read(TAGS.deadline)} at the latest`
}
