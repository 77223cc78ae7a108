/**
 * The condition keys that the sandbox knows the values of, in lower case: names of keys are not case-sensitive. Those
 * with a slash at the end are followed by a tag's key.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-policy-keys
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
 */
const MODELLED = [
  'aws:currenttime',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:requestedregion',
  'aws:requesttag/',
  'aws:resourcetag/',
  'aws:tagkeys',
  'ec2:createaction',
  'ec2:encrypted',
  'ec2:imageid',
  'ec2:instanceprofile',
  'ec2:instancetype',
  'ec2:metadatahttptokens',
  'ec2:owner',
  'ec2:public',
  'ec2:region',
  'ec2:resourcetag/',
  'ec2:volumesize',
  'ec2:volumetype',
  'iam:passedtoservice',
  'kms:calleraccount',
  'kms:grantisforawsresource',
  'kms:viaservice',
  'ssm:resourcetag/',
  'sts:externalid',
  'token.actions.githubusercontent.com:aud',
  'token.actions.githubusercontent.com:sub'
]

/** Whether the sandbox knows a condition key. */
export function isModelled(key: string): boolean {
  const name = key.toLowerCase()
  return MODELLED.some(each =>
    each.endsWith('/') ? name.startsWith(each) && name.length > each.length : name === each
  )
}
