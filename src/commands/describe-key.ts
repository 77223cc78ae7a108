import { DescribeKeyCommand, type KeyMetadata } from '@aws-sdk/client-kms'
import type { Clients } from '../aws/aws.ts'
import { serviceErrorName } from '../aws/failure.ts'
import { AmiError } from '../errors.ts'

/** What KMS says of a key. Result: undefined where there is none of that name; the error where it may not be looked at. */
export async function describeKey(clients: Clients, key: string): Promise<KeyMetadata | AmiError | undefined> {
  try {
    return (await clients.kms.send(new DescribeKeyCommand({ KeyId: key }))).KeyMetadata
  } catch (error) {
    if (['NotFoundException', 'InvalidArnException'].includes(serviceErrorName(error))) return undefined
    if (error instanceof AmiError && error.code === 'PERMISSION') return error
    throw error
  }
}
