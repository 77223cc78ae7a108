/** A pattern and what it matches, as in "expected a region such as us-east-1". */
export interface Format {
  readonly pattern: RegExp
  readonly expected: string
}

const resourceId = (prefix: string, noun: string): Format => ({
  pattern: new RegExp(`^${prefix}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`),
  expected: `${noun} such as ${prefix}-0123456789abcdef0`
})

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html */
export const IMAGE_ID = resourceId('ami', 'an image id')
export const INSTANCE_ID = resourceId('i', 'an instance id')
export const SNAPSHOT_ID = resourceId('snap', 'a snapshot id')
export const SUBNET_ID = resourceId('subnet', 'a subnet id')
export const SECURITY_GROUP_ID = resourceId('sg', 'a security group id')

export const REGION: Format = {
  pattern: /^[a-z]{2,4}(?:-[a-z]+){1,3}-[0-9]{1,2}$/,
  expected: 'a region such as us-east-1'
}

export const ACCOUNT_ID: Format = { pattern: /^[0-9]{12}$/, expected: 'an account id of twelve digits' }

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html (Owner) */
export const IMAGE_OWNER: Format = {
  pattern: /^(?:[0-9]{12}|self|amazon|aws-marketplace|aws-backup-vault)$/,
  expected: 'an account id of twelve digits in quotes, self, amazon, aws-marketplace or aws-backup-vault'
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
export const ROLE_ARN: Format = {
  pattern: /^arn:aws(?:-[a-z]+)*:iam::[0-9]{12}:role\/[\w+=,.@/-]{1,576}$/,
  expected: 'the ARN of a role such as arn:aws:iam::111122223333:role/ami-builder'
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/share-amis-org-ou-manage.html */
export const ORGANIZATION_ARN: Format = {
  pattern:
    /^arn:aws(?:-[a-z]+)*:organizations::[0-9]{12}:(?:organization\/o-[a-z0-9]{10,32}|ou\/o-[a-z0-9]{10,32}\/ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})$/,
  expected:
    'the ARN of an organization or organizational unit such as arn:aws:organizations::111122223333:organization/o-exampleorgid'
}

/**
 * The name of a ring, which becomes a label of a parameter's version.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-labels.html
 */
export const RING: Format = {
  pattern: /^(?!aws|ssm)[a-z_.-][\w.-]{0,99}$/i,
  expected: 'the name of a ring such as canary: letters, digits, dots, dashes, underscores'
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html */
export const DEVICE: Format = {
  pattern: /^(?:\/dev\/(?:sd|xvd|hd)[a-z]{1,2}[0-9]{0,2}|xvd[a-z]{1,2})$/,
  expected: 'a device name such as /dev/xvda or /dev/sdf'
}

/** What images of one purpose have in common. */
export const FAMILY: Format = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/,
  expected: 'a family name of 1 to 96 letters, digits, dots, dashes and underscores, such as web'
}
