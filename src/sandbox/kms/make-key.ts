import type { KeyRecord } from '../world/records.ts'
import type { Region } from '../world/region.ts'

/** Makes an enabled symmetric key of an account and keeps it in the region. */
export function makeKey(
  region: Region,
  account: string,
  KeyId: string,
  CreationDate: Date,
  KeyManager: 'AWS' | 'CUSTOMER' = 'CUSTOMER'
): KeyRecord {
  const record: KeyRecord = {
    ownerId: account,
    tags: new Map(),
    key: {
      AWSAccountId: account,
      KeyId,
      Arn: `arn:aws:kms:${region.name}:${account}:key/${KeyId}`,
      CreationDate,
      Enabled: true,
      Description: '',
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeyState: 'Enabled',
      Origin: 'AWS_KMS',
      KeyManager,
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      KeySpec: 'SYMMETRIC_DEFAULT',
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      MultiRegion: false
    }
  }
  region.keys.set(KeyId, record)
  return record
}

/** Points an alias of the account at one of its keys. */
export function makeAlias(region: Region, account: string, AliasName: string, TargetKeyId: string, now: Date): void {
  region.aliases.set(`${account}/${AliasName}`, {
    ownerId: account,
    alias: {
      AliasName,
      AliasArn: `arn:aws:kms:${region.name}:${account}:${AliasName}`,
      TargetKeyId,
      CreationDate: now,
      LastUpdatedDate: now
    }
  })
}
