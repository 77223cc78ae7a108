import type { Image, InstanceTypeInfo, InstanceTypeOffering, SecurityGroup, Subnet } from '@aws-sdk/client-ec2'
import type { KeyMetadata } from '@aws-sdk/client-kms'

/** What tells whether a bake is due. */
export interface ContentFacts {
  readonly region: string
  /** EC2's time. */
  readonly now: Date
  /** Every image that the recipe's base may mean. */
  readonly bases: readonly Image[]
  /** All images of the recipe's family that this account owns, pending and failed ones included. */
  readonly family: readonly Image[]
}

/** All that a bake reads of the world before it changes anything. */
export interface BakeFacts extends ContentFacts {
  /** The asked types that the region has. */
  readonly instanceTypes: readonly InstanceTypeInfo[]
  /** In which zone each of them is. */
  readonly offerings: readonly InstanceTypeOffering[]
  /** What the recipe's selectors found, or the default VPC's subnets. */
  readonly subnets: readonly Subnet[]
  readonly securityGroups: readonly SecurityGroup[]
  /** By `keyName`; undefined where KMS knows no such key in that region. */
  readonly keys: ReadonlyMap<string, KeyMetadata | undefined>
  /** By `keyName`; of the account's own keys that may be read, where the image is to be shared. */
  readonly keyPolicies: ReadonlyMap<string, string>
}
