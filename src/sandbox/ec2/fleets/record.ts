import type { FleetData, SpotFleetRequestConfig } from '@aws-sdk/client-ec2'
import type { Resource } from '../../world/records.ts'

export interface FleetRecord extends Resource {
  readonly fleet: FleetData & { FleetId: string }
  /** The instances that it launched, whatever has become of them. */
  readonly instanceIds: string[]
}

export interface SpotFleetRecord extends Resource {
  readonly fleet: SpotFleetRequestConfig & { SpotFleetRequestId: string }
}
