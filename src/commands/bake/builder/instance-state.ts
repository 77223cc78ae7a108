import { DescribeInstancesCommand, type Instance } from '@aws-sdk/client-ec2'
import type { Aws } from '../../../aws/aws.ts'
import { serviceErrorName } from '../../../aws/failure.ts'
import { type Look, waitFor } from '../../../aws/poller.ts'
import { AmiError } from '../../../errors.ts'
import { keyHintFor } from '../../key-problem.ts'

interface AwaitedState {
  readonly state: 'running' | 'stopped'
  /** The states on the way there. */
  readonly expected: readonly string[]
  readonly timeoutSeconds: number
  /** How long it may pass unseen; default: 3 s. */
  readonly maxPauseSeconds?: number
  /** Looks besides; may refuse what it sees. */
  readonly onLook?: (instance: Instance | undefined) => Promise<void> | void
}

/** Nothing happens to an instance sooner. */
const FIRST_PAUSE_SECONDS = 0.5

/** Waits until a builder is in a state. Result: what EC2 says of it. Errors: EC2 where it went another way; TIMEOUT. */
export function awaitState(aws: Aws, region: string, instanceId: string, awaited: AwaitedState): Promise<Instance> {
  const { state, expected, timeoutSeconds, maxPauseSeconds = 3, onLook } = awaited
  const look = async (): Promise<Look<Instance>> => {
    const instance = await describeInstance(aws, region, instanceId)
    await onLook?.(instance)
    const now = instance?.State?.Name ?? 'not yet visible'
    if (instance && now === state) return { done: instance }
    if (instance && !expected.includes(now)) throw unexpected(now, instance)
    return { waiting: now }
  }
  return waitFor({
    what: `${instanceId} to be ${state}`,
    look,
    timeoutSeconds,
    firstPauseSeconds: FIRST_PAUSE_SECONDS,
    maxPauseSeconds,
    signal: aws.signal,
    log: aws.run.log
  })
}

/** Undefined for a while after the launch: EC2 is eventually consistent. */
export async function describeInstance(aws: Aws, region: string, instanceId: string): Promise<Instance | undefined> {
  try {
    const { Reservations: [reservation] = [] } = await aws
      .in(region)
      .ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }))
    return reservation?.Instances?.[0]
  } catch (error) {
    if (serviceErrorName(error) === 'InvalidInstanceID.NotFound') return undefined
    throw error
  }
}

function unexpected(state: string, { InstanceId: id, StateReason: reason }: Instance): AmiError {
  const { Code: code = '', Message: message = '' } = reason ?? {}
  const why = message.startsWith(code) ? message : `${code}: ${message}`
  const sentence = `The instance ${id} is ${state}, which this run did not ask for${why ? `: ${why}` : ''}`
  return new AmiError('EC2', sentence, keyHintFor(code))
}
