import type {
  RunInstancesRequest,
  SpotInstanceRequest,
  SpotInstanceState,
  SpotInstanceStatus
} from '@aws-sdk/client-ec2'
import type { Resource } from '../../world/records.ts'

/** A spot request, and what the API never shows of it. */
export interface SpotRequestRecord extends Resource {
  readonly request: SpotInstanceRequest & {
    SpotInstanceRequestId: string
    State: SpotInstanceState
    Status: SpotInstanceStatus
  }
  /** What is launched for it, each time. */
  readonly launches: RunInstancesRequest
  /** Who made it: what it launches later is launched for them. */
  readonly requester: { readonly principal: string; readonly userId: string }
}
