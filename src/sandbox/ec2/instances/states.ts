import type { InstanceState, InstanceStateChange, StateReason } from '@aws-sdk/client-ec2'
import type { InstanceRecord } from '../../world/records.ts'

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
export const STATE_CODES = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80
} as const

type StateName = keyof typeof STATE_CODES

/** Why an instance is in its state, as its StateReason and StateTransitionReason say it. */
export interface Cause {
  readonly reason?: StateReason | undefined
  readonly transition?: string
}

/** The name of the state that an instance is in. */
export const stateOf = ({ instance }: InstanceRecord): StateName => instance.State?.Name ?? 'terminated'

/** Puts an instance into a state. An answer under way keeps the state that it was given: State is a new object. */
export function enter({ instance }: InstanceRecord, Name: StateName, cause?: Cause): void {
  instance.State = { Code: STATE_CODES[Name], Name }
  if (!cause) return
  instance.StateReason = cause.reason
  instance.StateTransitionReason = cause.transition ?? ''
}

/** Of StopInstances and TerminateInstances: `User initiated (2026-01-31 12:00:00 GMT)`. */
export function userInitiated(now: Date): Cause {
  const code = 'Client.UserInitiatedShutdown'
  return {
    reason: { Code: code, Message: `${code}: User initiated shutdown` },
    transition: `User initiated (${now.toISOString().slice(0, 19).replace('T', ' ')} GMT)`
  }
}

/** Of a guest that powered itself off. */
export const INSTANCE_INITIATED: Cause = {
  reason: {
    Code: 'Client.InstanceInitiatedShutdown',
    Message: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown'
  }
}

/** The state before and now, as StartInstances, StopInstances and TerminateInstances answer it. */
export const change = (record: InstanceRecord, PreviousState: InstanceState | undefined): InstanceStateChange => ({
  InstanceId: record.instance.InstanceId,
  CurrentState: record.instance.State,
  PreviousState
})
