import type { Recorder } from './recorder.ts'

export async function useKeys({ kms, account }: Recorder): Promise<void> {
  const Tags = [{ TagKey: 'of', TagValue: 'us' }]
  const { KeyMetadata } = await kms.createKey({ MultiRegion: true, Tags })
  const KeyId = KeyMetadata?.KeyId
  await kms.createAlias({ AliasName: 'alias/mine', TargetKeyId: KeyId })
  await kms.describeKey({ KeyId })
  await kms.describeKey({ KeyId: 'alias/aws/ebs' })
  await kms.replicateKey({ KeyId, ReplicaRegion: 'us-west-2' })
  await kms.listKeys({})
  await kms.listAliases({})
  const GranteePrincipal = `arn:aws:iam::${account}:role/builder`
  await kms.createGrant({ KeyId, GranteePrincipal, Operations: ['Decrypt'] })
  await kms.listGrants({ KeyId })
  await kms.getKeyPolicy({ KeyId })
  await kms.listResourceTags({ KeyId })
  const { KeyMetadata: other } = await kms.createKey({})
  await kms.scheduleKeyDeletion({ KeyId: other?.KeyId })
  await kms.cancelKeyDeletion({ KeyId: other?.KeyId })
}

export async function useSessions({ sts, account }: Recorder, now: Date): Promise<void> {
  const role = { RoleArn: `arn:aws:iam::${account}:role/builder`, RoleSessionName: 'session' }
  await sts.getCallerIdentity({})
  await sts.assumeRole(role)
  await sts.assumeRoleWithWebIdentity({ ...role, WebIdentityToken: tokenOf(now) })
}

/** A token as GitHub makes them, but for its signature. */
function tokenOf(now: Date): string {
  const claims = {
    iss: 'https://token.actions.githubusercontent.com',
    aud: 'sts.amazonaws.com',
    sub: 'repo:octo-org/octo-repo:ref:refs/heads/main',
    exp: Math.floor(now.getTime() / 1000) + 300
  }
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return [encode({ alg: 'RS256', typ: 'JWT' }), encode(claims), 'c2lnbmF0dXJl'].join('.')
}
