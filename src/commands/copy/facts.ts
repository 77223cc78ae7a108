import type { Image, Snapshot } from '@aws-sdk/client-ec2'
import type { KeyMetadata } from '@aws-sdk/client-kms'
import type { AmiError } from '../../errors.ts'
import type { FoundImage } from '../find-image.ts'
import type { Place } from '../place.ts'

/** The image to copy, as its region shows it to this account. */
export interface Source extends FoundImage {
  /** By id; those that this account may read. */
  readonly snapshots: ReadonlyMap<string, Snapshot>
  /** What KMS says of the keys that its snapshots are encrypted with, by ARN; undefined where this account may not ask. */
  readonly keys: ReadonlyMap<string, KeyMetadata | undefined>
}

/** What a place looks like before anything is copied there. */
export interface Target {
  /** Of a member account: that will own the copy. */
  readonly place: Place
  /** The account's own images there that are copies of the source, or have one of the names that a copy may have. */
  readonly images: readonly Image[]
  /** By id; those of these images. */
  readonly snapshots: ReadonlyMap<string, Snapshot>
  /** What becomes of new volumes for which no key is named. */
  readonly byDefault: DefaultEncryption
  /** By the name that they were asked for with; undefined for none, an error for one that may not be looked at. */
  readonly keys: ReadonlyMap<string, KeyMetadata | AmiError | undefined>
}

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html */
export interface DefaultEncryption {
  readonly isOn: boolean
  /** As GetEbsDefaultKmsKeyId names it. */
  readonly key: string
}

/** The key that EBS has in every account and region, and that no other account can use. */
export const AWS_MANAGED_KEY = 'alias/aws/ebs'
