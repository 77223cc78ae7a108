import { membersOf } from '../documents.ts'

const KEY = `{
  AWSAccountId,KeyId,Arn,CreationDate,Enabled,Description,KeyUsage,KeyState,Origin,KeyManager,CustomerMasterKeySpec,
  KeySpec,MultiRegion
}`
const ASSUMED = `{
  Credentials.{AccessKeyId,SecretAccessKey,SessionToken,Expiration},AssumedRoleUser.{AssumedRoleId,Arn}
}`

export const keyMembers = membersOf('kms', [
  ['CreateKey', 'example', `KeyMetadata.${KEY}`],
  ['DescribeKey', 'example', `KeyMetadata.${KEY}`],
  [
    'ReplicateKey',
    'reference',
    `ReplicaKeyMetadata.${KEY}`,
    'ReplicaKeyMetadata.MultiRegionConfiguration.{MultiRegionKeyType,PrimaryKey.{Arn,Region},ReplicaKeys[].{Arn,Region}}',
    'ReplicaPolicy'
  ],
  ['ListKeys', 'reference', 'Keys[].{KeyArn,KeyId}', 'Truncated'],
  ['ListAliases', 'reference', 'Aliases[].{AliasArn,AliasName}', 'Truncated'],
  ['CreateGrant', 'example', '{GrantId,GrantToken}'],
  [
    'ListGrants',
    'reference',
    'Grants[].{GrantId,KeyId,GranteePrincipal,IssuingAccount,CreationDate,Operations[]}',
    'Truncated'
  ],
  ['GetKeyPolicy', 'reference', 'Policy'],
  ['ListResourceTags', 'example', 'Tags[].{TagKey,TagValue}', 'Truncated'],
  ['ScheduleKeyDeletion', 'example', '{KeyId,DeletionDate,KeyState,PendingWindowInDays}'],
  ['CancelKeyDeletion', 'example', 'KeyId']
])

export const sessionMembers = membersOf('sts', [
  ['GetCallerIdentity', 'example', '{UserId,Account,Arn}'],
  ['AssumeRole', 'example', ASSUMED],
  ['AssumeRoleWithWebIdentity', 'example', ASSUMED, '{SubjectFromWebIdentityToken,Audience,Provider}']
])
