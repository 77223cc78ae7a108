import type { KeyPairInfo } from '@aws-sdk/client-ec2'
import type { Resource } from '../../world/records.ts'

/** A key pair: EC2 keeps its public half only. */
export interface KeyPairRecord extends Resource {
  readonly keyPair: KeyPairInfo & { KeyPairId: string; KeyName: string; PublicKey: string }
}
