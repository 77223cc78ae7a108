import type { Instance } from '@aws-sdk/client-ec2'
import type { Aws } from '../../../aws/aws.ts'
import { pause } from '../../../aws/poller.ts'
import { AmiError } from '../../../errors.ts'

/** EC2 gives two minutes' notice; what was lost meanwhile is a step that can't succeed any more. */
const LOOK_EVERY_MS = 10_000

const HINT = 'Run it again, name more instance types, or use `spot: never` for a builder that EC2 does not take back.'

/**
 * What has become of a spot builder that was to run on since its launch; undefined where nothing has. EC2 stops what it
 * takes back, and starts it again when there is capacity.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/interruption-behavior.html
 */
export function findInterruption(launched: Instance, now: Instance): AmiError | undefined {
  if (launched.InstanceLifecycle !== 'spot') return undefined
  const id = launched.InstanceId
  if (isTakenBack(now)) {
    return new AmiError('CAPACITY', `EC2 took the spot builder ${id} back: ${now.StateReason?.Message}`, { hint: HINT })
  }
  return findRestart(launched, now)
}

/** Whether EC2 has taken a builder back and started it again since: one that was sealed has booted, then. */
export function findRestart(launched: Instance, now: Instance): AmiError | undefined {
  if (now.LaunchTime?.getTime() === launched.LaunchTime?.getTime()) return undefined
  const sentence = `EC2 took the spot builder ${launched.InstanceId} back and has started it again since`
  return new AmiError('CAPACITY', sentence, { hint: HINT })
}

/** What has become of a builder that was to run on: something in it has shut it down, or somebody has stopped it. */
export function findShutdown({ InstanceId: id, State: state, StateReason: reason }: Instance): AmiError | undefined {
  if (state?.Name === 'pending' || state?.Name === 'running') return undefined
  const hint = 'Leave it to the bake to shut the builder down.'
  const why = reason?.Message ? `: ${reason.Message}` : ''
  return new AmiError('STEP_FAILED', `The builder ${id} was shut down before its time, it is ${state?.Name}${why}`, {
    hint
  })
}

/** Whether it was EC2 that stopped or terminated an instance. */
export const isTakenBack = ({ StateReason: reason }: Instance): boolean =>
  reason?.Code?.startsWith('Server.SpotInstance') === true

/**
 * Does a part of the work that needs the builder to run, which ends as soon as a look finds that it was taken back.
 * Errors: what a look finds; else the work's.
 */
export async function whileRunning<T>(
  aws: Aws,
  look: () => Promise<AmiError | undefined>,
  body: (aws: Aws) => Promise<T>
): Promise<T> {
  const [ended, done] = [new AbortController(), new AbortController()]
  const watch = async () => {
    for (;;) {
      await pause(LOOK_EVERY_MS, done.signal)
      const found = await look()
      if (found) return ended.abort(found)
    }
  }
  watch().catch(error => ended.abort(error))
  try {
    return await body(aws.until(ended.signal))
  } catch (error) {
    throw aws.signal.aborted ? error : ((await look()) ?? error)
  } finally {
    done.abort()
  }
}
